// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ActorStorage.Disk;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Namespaces;

/// <summary>
/// Holds a program back until its user namespace has its maps: it reads a line from a pipe before it does anything
/// else, and only from outside can the maps be written.
/// </summary>
internal sealed class NamespaceGate : IDisposable
{
    // How often it is looked whether the program came to the gate or has ended before.
    private const int LookMilliseconds = 5;

    public NamespaceGate()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"actor-storage-{Guid.NewGuid():N}");
        if (Syscall.mkfifo(Path, FilePermissions.S_IRUSR | FilePermissions.S_IWUSR) != 0) throw Failure("mkfifo");
    }

    public string Path { get; }

    /// <summary>Waits until the program stands before the gate, lets the maps be written, and opens it.</summary>
    /// <returns>False when the program has ended instead.</returns>
    public bool Open(Process program, Action writeMaps)
    {
        int descriptor;
        while ((descriptor = Syscall.open(Path, OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK)) < 0)
        {
            if (Stdlib.GetLastError() != Errno.ENXIO) throw Failure("open");
            if (program.WaitForExit(LookMilliseconds)) return false;
        }
        try
        {
            writeMaps();
            Go(descriptor);
            return true;
        }
        finally
        {
            // Closed without a line, it ends the program.
            _ = Syscall.close(descriptor);
        }
    }

    public void Dispose() => File.Delete(Path);

    private unsafe void Go(int descriptor)
    {
        var line = (byte)'\n';
        if (Syscall.write(descriptor, &line, 1) != 1) throw Failure("write");
    }

    private StorageException Failure(string call) => new(
        StorageErrorKind.Io, $"{call} {Path}: {Stdlib.strerror(Stdlib.GetLastError())}", Path);
}
