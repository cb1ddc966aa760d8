// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Xz streams one after another, decoded by the system's own library, which every distribution has because its package
/// manager needs it. Where it is missing, such blobs cannot be read.
/// </summary>
internal sealed unsafe partial class XzDecoder : Decoder
{
    private const ulong MemoryBytesMax = 1UL << 30;     // the strongest setting of xz needs 65 MiB
    private XzStream* _stream;
    private bool _hasEnded;

    public XzDecoder(BlobSource source)
        : base(source, "xz")
    {
        _stream = (XzStream*)NativeMemory.AllocZeroed((nuint)sizeof(XzStream));
        try
        {
            var result = OpenDecoder(_stream, MemoryBytesMax, TellUnknownCheck | Concatenated);
            if (result != Result.Ok) throw Fault($"the decoder cannot start ({result})");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            NativeMemory.Free(_stream);
            _stream = null;
            throw new StorageException(
                StorageErrorKind.NotSupported, "blobs compressed with xz cannot be read: liblzma.so.5 is missing",
                cause: e);
        }
        catch
        {
            Dispose(disposing: true);
            throw;
        }
    }

    public override int Read(Span<byte> target)
    {
        while (!_hasEnded)
        {
            var (result, written) = Decode(target);
            _hasEnded = result == Result.StreamEnd;
            switch (result)
            {
                case Result.Ok or Result.StreamEnd: break;
                // Neither input nor output is left to go on with, and it is not the output that is missing.
                case Result.BufferError: throw Fault("unexpected EOF");
                case Result.UnknownCheck: throw Fault("unknown kind of check");
                case Result.FormatError: throw Fault("invalid header");
                case Result.MemoryLimit: throw Fault("needs more than 1 GiB of memory");
                case Result.OptionsError: throw Fault("unknown options");
                default: throw Fault($"invalid data ({result})");
            }
            if (written > 0) return written;
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (_stream == null) return;
        CloseDecoder(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
    }

    private (Result Result, int Written) Decode(Span<byte> target)
    {
        var input = Source.Available();
        fixed (byte* from = input, to = target)
        {
            _stream->NextInput = from;
            _stream->InputBytes = (nuint)input.Length;
            _stream->NextOutput = to;
            _stream->OutputBytes = (nuint)target.Length;
            var result = Code(_stream, input.IsEmpty ? Finish : Run);
            Source.Advance(input.Length - (int)_stream->InputBytes);
            return (result, target.Length - (int)_stream->OutputBytes);
        }
    }

    private const uint TellUnknownCheck = 2;    // otherwise the content of such a stream is not checked at all
    private const uint Concatenated = 8;
    private const int Run = 0;
    private const int Finish = 3;

    private enum Result
    {
        Ok = 0,
        StreamEnd = 1,
        UnknownCheck = 3,
        MemoryError = 5,
        MemoryLimit = 6,
        FormatError = 7,
        OptionsError = 8,
        DataError = 9,
        BufferError = 10,
    }

    /// <summary>lzma_stream of liblzma 5 on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct XzStream
    {
        public byte* NextInput;
        public nuint InputBytes;
        public ulong InputBytesTotal;
        public byte* NextOutput;
        public nuint OutputBytes;
        public ulong OutputBytesTotal;
        public IntPtr Allocator;
        public IntPtr Internal;
        public IntPtr Reserved1;
        public IntPtr Reserved2;
        public IntPtr Reserved3;
        public IntPtr Reserved4;
        public ulong SeekPosition;
        public ulong Reserved5;
        public nuint Reserved6;
        public nuint Reserved7;
        public int Reserved8;
        public int Reserved9;
    }

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_stream_decoder")]
    private static partial Result OpenDecoder(XzStream* stream, ulong memoryBytesMax, uint flags);

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_code")]
    private static partial Result Code(XzStream* stream, int action);

    [LibraryImport("liblzma.so.5", EntryPoint = "lzma_end")]
    private static partial void CloseDecoder(XzStream* stream);
}
