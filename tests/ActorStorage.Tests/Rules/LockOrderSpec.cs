// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Containers;
using ActorStorage.Graph;
using ActorStorage.Images;
using ActorStorage.Inspection;
using ActorStorage.Layers;
using ActorStorage.Reaping;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Tests.Rules;

/// <summary>
/// Nobody waits for something on its left because nobody knows it: an actor gets addresses of its right neighbours by
/// its constructor and no others.
/// </summary>
public sealed class LockOrderSpec
{
    private static readonly Type[] LeftToRight =
    [
        typeof(GraphRef), typeof(StagingRef), typeof(InspectionRef), typeof(LayerStoreRef), typeof(ImageStoreRef),
        typeof(ContainerStoreRef), typeof(ReaperRef),
    ];

    private static readonly Dictionary<Type, Type> Owners = new()
    {
        [typeof(GraphRef)] = typeof(GraphActor),
        [typeof(StagingRef)] = typeof(StagingActor),
        [typeof(InspectionRef)] = typeof(InspectionActor),
        [typeof(LayerStoreRef)] = typeof(LayerStoreActor),
        [typeof(ImageStoreRef)] = typeof(ImageStoreActor),
        [typeof(ContainerStoreRef)] = typeof(ContainerStoreActor),
        [typeof(ReaperRef)] = typeof(ReaperActor),
    };

    public static TheoryData<Type> Addresses => [.. LeftToRight];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Should_give_an_actor_only_addresses_on_its_right(Type address)
    {
        var own = Array.IndexOf(LeftToRight, address);
        foreach (var type in ReachableFrom(Owners[address]))
        {
            foreach (var reference in ReferencesOf(type))
                Assert.True(Array.IndexOf(LeftToRight, reference) > own, $"{type.Name} knows {reference.Name}");
        }
    }

    [Fact]
    public void Should_know_every_address_there_is()
    {
        var addresses = typeof(StorageActor).Assembly.GetTypes()
            .Where(type => type.IsValueType && type.Name.EndsWith("Ref", StringComparison.Ordinal));
        Assert.Equal(LeftToRight.ToHashSet(), addresses.ToHashSet());
    }

    [Fact]
    public void Should_look_up_no_actor_by_its_path()
    {
        foreach (var file in SourceTree.Files("src"))
            Assert.DoesNotContain("ActorSelection", File.ReadAllText(file), StringComparison.Ordinal);
    }

    /// <summary>The actor itself and the plain classes that do its work. Its children are left of nobody.</summary>
    private static IEnumerable<Type> ReachableFrom(Type actor) => typeof(StorageActor).Assembly.GetTypes()
        .Where(type => type == actor || (type.Namespace == actor.Namespace && !typeof(ActorBase).IsAssignableFrom(type)
            && type.GetConstructors(Everything).Length > 0 && !type.IsValueType));

    private static IEnumerable<Type> ReferencesOf(Type type) => type.GetConstructors(Everything)
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.ParameterType)
        .Where(parameter => LeftToRight.Contains(parameter));

    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
}
