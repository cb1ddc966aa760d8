// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// The names in a directory as the kernel gives them. Mono.Posix decodes names itself and loses some that are not
/// UTF-8, so that what was listed could not be found.
/// </summary>
internal static class DirectoryEntries
{
    private const int BufferBytes = 64 << 10;
    private const int LengthAt = 16;        // struct linux_dirent64: inode and offset before, the type behind
    private const int NameAt = 19;

    /// <param name="descriptor">A directory at its beginning; stays open.</param>
    /// <param name="path">For messages.</param>
    internal static unsafe List<string> Read(int descriptor, string path)
    {
        var names = new List<string>();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                nint count;
                fixed (byte* start = buffer)
                {
                    count = NativeMethods.ReadEntries(descriptor, start, (nuint)buffer.Length);
                }
                // A directory that cannot be read must not look empty.
                if (count < 0)
                {
                    throw Failure.Of("getdents", path, NativeConvert.ToErrno(Marshal.GetLastPInvokeError()));
                }
                if (count == 0) return names;
                Add(buffer.AsSpan(0, (int)count), names);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Add(ReadOnlySpan<byte> entries, List<string> names)
    {
        while (!entries.IsEmpty)
        {
            var length = MemoryMarshal.Read<ushort>(entries[LengthAt..]);
            var name = entries[NameAt..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Add(FileName.Decode(name));
            entries = entries[length..];
        }
    }
}
