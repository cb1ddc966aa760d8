// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Staging;
using Akka.Actor;

namespace ActorStorage.Inspection;

/// <summary>
/// Tells whoever collects metrics how the root's room is used: what was found last, at once. To be asked makes it look
/// again, when that is some time ago, on the inspectors' threads; while nobody collects, nothing is done.
/// </summary>
internal sealed class SpaceTellerActor : UntypedActor
{
    /*
     *   a collector asks the gauges --Asked--> too old, and not looking? GetDiskUse to the inspectors
     *   GetDiskUseOk --> the figures that the gauges show; Refused: the old ones stay
     */
    private readonly InspectionRef _inspection;
    private readonly StorageSettings _settings;
    private readonly SpaceSource _source;
    private volatile SpaceFigures? _figures;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private bool _isLooking;

    public static Props Props(InspectionRef inspection, SpaceLedger space, StorageSettings settings) =>
        Akka.Actor.Props.Create(() => new SpaceTellerActor(inspection, space, settings));

    public SpaceTellerActor(InspectionRef inspection, SpaceLedger space, StorageSettings settings)
    {
        (_inspection, _settings) = (inspection, settings);
        var self = Self;
        _source = new SpaceSource(settings.Paths.GraphRoot, Figures, () => space.ReservedBytes);

        SpaceFigures? Figures()
        {
            self.Tell(Asked.Instance);
            return _figures;
        }
    }

    protected override void PreStart() => SpaceGauges.Add(_source);

    protected override void PostStop() => SpaceGauges.Remove(_source);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Asked: OnAsked(); break;
            case InspectionProtocol.GetDiskUseOk found: OnFound(found); break;
            case Refused: _isLooking = false; break;
            default: Unhandled(message); break;
        }
    }

    private void OnAsked()
    {
        var now = _settings.Time.GetUtcNow();
        if (_isLooking || now - _lookedAt < _settings.SpaceLookInterval) return;
        (_isLooking, _lookedAt) = (true, now);
        _inspection.Ref.Tell(new InspectionProtocol.GetDiskUse(
            new Asker(Self, now + _settings.RequestTimeout), CancellationToken.None));
    }

    private void OnFound(InspectionProtocol.GetDiskUseOk found)
    {
        _isLooking = false;
        _figures = new SpaceFigures(found.Use.LayersBytes, found.Use.OrphansBytes, found.FreeBytes);
    }

    private sealed record Asked : ILocalMessage
    {
        public static readonly Asked Instance = new();
    }
}
