// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// Whether a connection moves enough bytes for a thread to stand by it. Only the time counts in which the other side is
/// waited for: each <see cref="TransferSettings.StallMax"/> of it must have moved as much as <see
/// cref="TransferSettings.RateMin"/> does in that time.
/// </summary>
internal sealed class LeastRate(TransferSettings settings)
{
    private TimeSpan _waited;
    private long _bytes;

    /// <param name="waited">For these bytes.</param>
    public bool IsKept(int bytes, TimeSpan waited)
    {
        _bytes += bytes;
        _waited += waited;
        if (_waited < settings.StallMax) return true;
        var isKept = _bytes >= settings.StallBytesMin;
        (_bytes, _waited) = (0, TimeSpan.Zero);
        return isKept;
    }
}
