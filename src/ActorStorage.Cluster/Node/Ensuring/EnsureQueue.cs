// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node.Ensuring;

/// <summary>The layers that are being made sure of, each once, and whose turn is next.</summary>
internal sealed class EnsureQueue(int runningMax, int waitingMax)
{
    private readonly Dictionary<LayerId, EnsureJob> _jobs = [];

    public int RunningMax => runningMax;

    public int Running => _jobs.Values.Count(job =>
        job.State == JobState.Running || (job.State == JobState.Claiming && !job.IsFollowing));

    public int Waiting => _jobs.Count - Running;

    public bool IsFull => Waiting >= waitingMax;

    public IReadOnlyCollection<EnsureJob> All => _jobs.Values;

    public EnsureJob? Find(LayerId? key) => key is { } known ? _jobs.GetValueOrDefault(known) : null;

    public void Add(EnsureJob job) => _jobs.Add(job.Key, job);

    public void Remove(EnsureJob job) => _jobs.Remove(job.Key);

    /// <summary>What stands on it.</summary>
    public IEnumerable<EnsureJob> Above(EnsureJob job) => _jobs.Values.Where(other => other.ParentKey == job.Key);

    /// <summary>What is urgent needs what is below it as urgently.</summary>
    public void Raise(EnsureJob job)
    {
        for (var below = Find(job.ParentKey); below is not null; below = Find(below.ParentKey))
            below.Raise(job.Priority);
    }

    /// <summary>The most urgent one, of these the first that came; null when nothing can be begun. A layer waits for
    /// the one below it to be begun, so that those that wait for their parents can never fill all places.</summary>
    public EnsureJob? Next() => Running >= runningMax
        ? null
        : _jobs.Values.Where(CanBegin).OrderByDescending(job => job.Priority).ThenBy(job => job.Order).FirstOrDefault();

    private bool CanBegin(EnsureJob job) => job.State == JobState.Waiting
        && (Find(job.ParentKey) is not { } parent || (parent.State == JobState.Running && !job.WaitsForParentsEnd));
}
