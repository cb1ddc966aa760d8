// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Tests.Drivers;

public sealed class VfsDriverSpec
{
    [Fact]
    public async Task Should_find_no_mark_on_layers_that_are_deleted_while_it_looks()
    {
        using var root = new DriverRoot("vfs");
        var directory = $"{root.Paths.DriverHome}/dir";
        using var stop = new CancellationTokenSource();
        // Layers of another process come and go.
        var others = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % 8)
            {
                Directory.CreateDirectory($"{directory}/layer-{i}");
                var oldest = $"{directory}/layer-{(i + 1) % 8}";
                if (Directory.Exists(oldest)) Directory.Delete(oldest);
            }
        });

        for (var i = 0; i < 2000; i++) Assert.Empty(root.Driver.Marked());

        await stop.CancelAsync();
        await others;
    }
}
