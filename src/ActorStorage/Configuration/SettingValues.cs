// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Configuration;

/// <summary>The settings of one section, judged as they are read, for the engine and for what is built upon it. What
/// makes no sense is refused as Invalid, named by its whole key.</summary>
/// <param name="config">With all keys below the prefix, defaults included.</param>
/// <param name="prefix">The section, such as <c>actor-storage</c>.</param>
public sealed class SettingValues(Config config, string prefix)
{
    private readonly Config _section = config.GetConfig(prefix);

    /// <summary>Empty when nothing is set.</summary>
    public string Text(string key) => _section.GetString(key) ?? "";

    /// <exception cref="StorageException">Invalid: less than that.</exception>
    public int AtLeast(int min, string key) =>
        _section.GetInt(key) is var value && value >= min ? value : throw Invalid(key);

    /// <summary>In bytes, more than nothing.</summary>
    /// <exception cref="StorageException">Invalid: nothing, or more than the most.</exception>
    public long Size(long max, string key) =>
        _section.GetByteSize(key) is { } value && value > 0 && value <= max ? value : throw Invalid(key);

    /// <summary>In bytes; 0 for nothing.</summary>
    /// <exception cref="StorageException">Invalid: less than nothing.</exception>
    public long SizeOrNone(string key) =>
        _section.GetByteSize(key) is { } value && value >= 0 ? value : throw Invalid(key);

    /// <summary>More than nothing, and no more than timers can count, which is over three weeks.</summary>
    /// <exception cref="StorageException">Invalid: anything else.</exception>
    public TimeSpan Time(string key) =>
        _section.GetTimeSpan(key) is { TotalMilliseconds: > 0 and <= int.MaxValue } value ? value : throw Invalid(key);

    /// <summary>To be thrown for a text that is none of those allowed.</summary>
    public StorageException Invalid(string key) =>
        new(StorageErrorKind.Invalid, $"setting {prefix}.{key}: {Quoted.Text(Text(key))} is not allowed");
}
