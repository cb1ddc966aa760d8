// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

/// <summary>
/// The directories below an upper one, each walked down in step with it. What is hidden by a whiteout, or by something
/// that is no directory, is not there for those further below.
/// </summary>
/// <param name="lowers">The nearest first. They stay the caller's.</param>
internal sealed class LowerTrails(IDisk disk, IReadOnlyList<DirectoryHandle> lowers) : IDisposable
{
    private readonly Lower[] _lowers =
        [.. lowers.Select(each => new Lower(new DirectoryTrail(disk, each, openMax: 1)))];
    private int _depth;

    /// <summary>What the nearest lower directory that has the name has under it; null when it is nowhere.</summary>
    internal FileStatus? Find(string name)
    {
        foreach (var lower in _lowers)
        {
            if (lower.State == State.Hiding) return null;
            if (lower.State == State.Absent || disk.Status(lower.Trail.Current, name) is not { } found) continue;
            return found.IsWhiteout ? null : found;
        }
        return null;
    }

    internal void Enter(string name)
    {
        _depth++;
        foreach (var lower in _lowers)
        {
            if (lower.State != State.There) continue;
            var found = disk.Status(lower.Trail.Current, name);
            if (found?.IsDirectory == true)
            {
                lower.Trail.Enter(name);
                continue;
            }
            lower.State = found is null ? State.Absent : State.Hiding;
            lower.LostAt = _depth;
        }
    }

    internal void Leave()
    {
        foreach (var lower in _lowers)
        {
            if (lower.State == State.There) lower.Trail.Leave();
            else if (lower.LostAt == _depth) lower.State = State.There;
        }
        _depth--;
    }

    public void Dispose()
    {
        foreach (var lower in _lowers) lower.Trail.Dispose();
    }

    private enum State
    {
        There,
        /// <summary>It has no such directory, which says nothing of those further below.</summary>
        Absent,
        /// <summary>Something else has the name of the directory, or of one above it.</summary>
        Hiding,
    }

    private sealed class Lower(DirectoryTrail trail)
    {
        internal DirectoryTrail Trail => trail;
        internal State State { get; set; }
        internal int LostAt { get; set; }
    }
}
