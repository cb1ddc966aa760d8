// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using Google.Protobuf;

namespace ActorStorage.Cluster.Tests.Whereabouts;

public sealed class HolderAnswerSpec
{
    private readonly NodeNumbers _numbers = new();

    /// <summary>Many nodes, long names, many keys, and messages that may be short.</summary>
    [Theory]
    [InlineData(100, 40, 1024, 120_000, true)]
    [InlineData(400, 100, 1024, 120_000, true)]
    [InlineData(512, 250, 1024, 120_000, false)]
    [InlineData(512, 250, 1, 120_000, false)]
    [InlineData(512, 40, 1024, 120_000, false)]
    [InlineData(72, 40, 1024, 20_000, true)]
    [InlineData(73, 40, 1024, 20_000, false)]
    [InlineData(100, 40, 1024, 1000, false)]
    [InlineData(0, 0, 1024, 20, true)]
    public void Should_fit_into_a_message_and_say_of_whom_there_is_room_what_they_have(
        int nodes, int nameLength, int keys, int sizeMax, bool isComplete)
    {
        string[] names = [.. Enumerable.Range(0, nodes).Select(node => $"{node}".PadLeft(nameLength, '-'))];
        ushort[] all = [.. names.Select(_numbers.Of)];
        var answer = HolderAnswer.Write(
            [.. Enumerable.Range(0, keys).Select(key => all.Where(node => node % 3 != key % 3).ToArray())],
            _numbers, sizeMax);
        (answer.Part, var wasComplete) = (int.MaxValue, answer.IsComplete);
        answer.IsComplete = true;
        Assert.InRange(answer.ToByteArray().Length, 0, sizeMax);
        Assert.Equal(isComplete, wasComplete);
        if (isComplete) Assert.Equal(names.Order(), answer.Nodes.Order());
        for (var key = 0; key < keys; key++)
        {
            Assert.Equal(
                answer.Nodes.Where(name => _numbers.Find(name) % 3 != key % 3), HolderAnswer.Read(answer, key));
        }
    }
}
