// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Images;

/// <summary>Answers queries from the index in memory, which is current when it is asked.</summary>
internal sealed class ImageReader(ImageStores stores)
{
    public IReply Answer(ImageProtocol.IImageQuery query) => query switch
    {
        ImageProtocol.GetImage get => new ImageProtocol.GetImageOk(stores.Require(get.Image).Image),
        ImageProtocol.FindImage find => new ImageProtocol.FindImageOk(stores.Find(find.Image)?.Image),
        ImageProtocol.ListImages => new ImageProtocol.ListImagesOk([.. stores.Images]),
        ImageProtocol.FindImagesByDigest find =>
            new ImageProtocol.ListImagesOk([.. stores.FindByDigest(find.Digest)]),
        ImageProtocol.GetImageData get => new ImageProtocol.GetImageDataOk(Data(get)),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query, "not a known query"),
    };

    private byte[] Data(ImageProtocol.GetImageData get)
    {
        var (store, image) = stores.Require(get.Image);
        return ImageData.Get(store, image, get.Key);
    }
}
