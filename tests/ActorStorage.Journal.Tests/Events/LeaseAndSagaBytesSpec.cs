// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Tests.Events;

/// <summary>As <see cref="JournalSerializerSpec"/>: the events of leases, sagas and uses.</summary>
public sealed class LeaseAndSagaBytesSpec : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly LeaseGranted Granted = new(
        "id", new LayerId("layer"), new LayerId("record"), "owner", EndsWithProcess: true, At, At.AddMinutes(1));

    private static readonly SagaBegun Begun = new(
        "key", new ImageId("image"), [new LayerId("one"), new LayerId("two")], [new LayerId("two")], At);

    private static readonly SagaEnded Ended = new("key", new StorageError(StorageErrorKind.NoSpace, "full"), At);
    private static readonly SagaUndone Undone = new("key", At);
    private readonly ActorSystem _system = ActorSystem.Create("serializer");

    public static TheoryData<string, object, string> Events => new()
    {
        {
            "lg1",
            Granted,
                "0a02696412056c617965721a067265636f726422056f776e6572280130808186f8d9b6b21f38808d9396dcb6b2"
                + "1f"
        },
        {
            "lr1",
            new LeaseRenewed("id", null),
                "0a026964"
        },
        {
            "le1",
            new LeaseEnded("id", LeaseEnd.OwnerGone, At),
                "0a026964100318808186f8d9b6b21f"
        },
        {
            "ls1",
            new LeaseSnapshot([Granted]),
                "0a2e0a02696412056c617965721a067265636f726422056f776e6572280130808186f8d9b6b21f38808d9396dc"
                + "b6b21f"
        },
        {
            "lm1",
            new LeaseMoved("id", new LayerId("other"), At),
                "0a02696412056f7468657218808186f8d9b6b21f"
        },
        {
            "lu1",
            new LayersUsed([new LayerUsed(new LayerId("layer"), UseKind.Mounted, At)]),
                "0a120a056c61796572100318808186f8d9b6b21f"
        },
        {
            "ip1",
            new ItemPut(new Provenance(StoreKind.Images, "image", "client", "source", At)),
                "08021205696d6167651a06636c69656e742206736f7572636528808186f8d9b6b21f"
        },
        {
            "us1",
            new UseSnapshot(
                [new LayerUsed(new LayerId("layer"), UseKind.Put, At)],
                [new Provenance(StoreKind.Layers, "layer", "", "", At)]),
                "0a120a056c61796572100118808186f8d9b6b21f"
                + "1212080112056c6179657228808186f8d9b6b21f"
        },
        {
            "sb1",
            Begun,
                "0a036b65791205696d6167651a036f6e651a0374776f220374776f28808186f8d9b6b21f"
        },
        {
            "se1",
            Ended,
                "0a036b657912074e6f53706163651a0466756c6c20808186f8d9b6b21f"
        },
        {
            "su1",
            Undone,
                "0a036b657910808186f8d9b6b21f"
        },
        {
            "ss1",
            new SagaSnapshot([Begun, Ended, Undone]),
                "0a260a240a036b65791205696d6167651a036f6e651a0374776f220374776f28808186f8d9b6b21f0a1f121d0a"
                + "036b657912074e6f53706163651a0466756c6c20808186f8d9b6b21f0a101a0e0a036b657910808186f8d9b6b2"
                + "1f"
        },
    };

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Events))]
    public void Should_be_written_and_read_as_ever(string manifest, object step, string golden)
    {
        var serializer = new JournalSerializer((ExtendedActorSystem)_system);
        Assert.Equal(manifest, serializer.Manifest(step));
        Assert.Equal(golden, Convert.ToHexStringLower(serializer.ToBinary(step)));

        var read = serializer.FromBinary(Convert.FromHexString(golden), manifest);
        Assert.IsType(step.GetType(), read);
        Assert.Equal(golden, Convert.ToHexStringLower(serializer.ToBinary(read)));
    }

    [Fact]
    public void Should_read_an_outcome_of_a_kind_that_a_later_version_has()
    {
        var wire = new Journal.Events.Wire.SagaEnded { Key = "key", ErrorKind = "Unheard", ErrorMessage = "of" };
        Assert.Equal(StorageErrorKind.Io, SagaWire.From(wire).Error!.Kind);
    }
}
