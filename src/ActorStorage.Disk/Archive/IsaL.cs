// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The inflater of Intel's storage library, version 2 (Debian: libisal2), where it is installed. What its header calls
/// <c>struct inflate_state</c> is a block of bytes here, of which only the fields in <see cref="State"/> are used.
/// </summary>
internal static unsafe partial class IsaL
{
    /// <summary>More than the structure has in any release of version 2: 87,368 in 2.30.</summary>
    internal const int StateBytes = 96 << 10;
    private const string Library = "libisal.so.2";
    private static readonly Lazy<bool> Usable = new(Works);

    /// <summary>
    /// The library is there and its structure is the one known here: that is tried with one member.
    /// </summary>
    internal static bool IsUsable => Usable.Value;

    /// <summary>The ends of the structure; between them lie tables of fixed sizes.</summary>
    [StructLayout(LayoutKind.Explicit)]
    internal struct State
    {
        internal const int Finished = 5;        // ISAL_BLOCK_FINISH

        [FieldOffset(0)]
        internal byte* NextOut;
        [FieldOffset(8)]
        internal uint AvailableOut;
        [FieldOffset(16)]
        internal byte* NextIn;
        [FieldOffset(32)]
        internal uint AvailableIn;

        /// <summary>Of the input that it has taken but not used.</summary>
        [FieldOffset(36)]
        internal int BitsInHand;
        [FieldOffset(21_160)]
        internal int Block;
    }

    [LibraryImport(Library, EntryPoint = "isal_inflate_init")]
    internal static partial void Begin(State* state);

    /// <returns>Negative for damaged data.</returns>
    [LibraryImport(Library, EntryPoint = "isal_inflate")]
    internal static partial int Inflate(State* state);

    private static bool Works()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return false;
        if (!NativeLibrary.TryLoad(Library, typeof(IsaL).Assembly, null, out _)) return false;
        try
        {
            return InflatesTwoBlocks();
        }
        catch (Exception other) when (other is EntryPointNotFoundException or InvalidDataException)
        {
            return false;       // Something else of that name: the runtime's inflater does it.
        }
    }

    private static bool InflatesTwoBlocks()
    {
        // "ab" and "c", not compressed: a block that is not the last, and the last.
        using var source = new BlobSource(
            new MemoryStream([0, 2, 0, 0xfd, 0xff, (byte)'a', (byte)'b', 1, 1, 0, 0xfe, 0xff, (byte)'c', 9]), false);
        using var inflater = new IsaLInflater(source);
        Span<byte> target = stackalloc byte[4];
        inflater.Begin();
        return inflater.Read(target[..2]) == 2 && !inflater.HasEnded
            && inflater.Read(target[2..]) == 1 && target[..3].SequenceEqual("abc"u8)
            && inflater.Read(target) == 0 && inflater.HasEnded && source.Peek(2) is [9];
    }
}
