// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Configuration;

/// <summary>Id maps as command lines write them: <c>CONTAINER:HOST:SIZE</c>, any number of them joined by
/// colons.</summary>
public static class IdMapText
{
    private const int NumbersPerRange = 3;

    /// <param name="text">The map; an empty text is an empty map.</param>
    /// <param name="kind">For the message: uid or gid.</param>
    /// <exception cref="StorageException">Invalid: not triples of unsigned 32-bit decimal numbers.</exception>
    public static ImmutableArray<IdMap> Parse(string text, string kind)
    {
        if (text.Length == 0) return [];
        var numbers = text.Split(':').Select(Number).ToList();
        if (numbers.Count % NumbersPerRange != 0 || numbers.Contains(null))
        {
            throw new StorageException(
                StorageErrorKind.Invalid,
                $"initializing ID mappings: {kind} setting is malformed expected " +
                $"[\"uint32:uint32:uint32\"]: [{Quoted.Text(text)}]");
        }
        return
        [
            .. numbers.Select(number => (long)number!.Value).Chunk(NumbersPerRange)
                .Select(range => new IdMap(range[0], range[1], range[2])),
        ];
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
