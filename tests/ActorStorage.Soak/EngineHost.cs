// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ActorStorage.Disk;

namespace ActorStorage.Soak;

/// <summary>A line to the process that embeds the engine, and its answer.</summary>
internal sealed record HostRequest(int Number, Work Work);

/// <inheritdoc cref="HostRequest"/>
internal sealed record HostReply(int Number, Answer Answer);

/// <summary>
/// A long-living process that embeds the engine: a request for each line of standard input, answered on standard output
/// in whatever order they are done. Ends with its input.
/// </summary>
internal static class EngineHost
{
    public static async Task RunAsync(string graph, string run)
    {
        await using var engine = await StorageEngine.StartAsync(StorageSettings.From(new StoragePaths(graph, run)));
        var gate = new Lock();
        var working = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            working.RemoveAll(each => each.IsCompleted);
            working.Add(ServeAsync(engine.Client, JsonSerializer.Deserialize<HostRequest>(line)!, gate));
        }
        await Task.WhenAll(working);
    }

    private static async Task ServeAsync(StorageClient client, HostRequest request, Lock gate)
    {
        Answer answer;
        try
        {
            answer = await DoAsync(client, request.Work);
        }
        catch (StorageException refused)
        {
            answer = new Answer(Ending.Refused, $"{refused.Kind}", refused.Message);
        }
        var line = JsonSerializer.Serialize(new HostReply(request.Number, answer));
        lock (gate) Console.Out.WriteLine(line);
    }

    private static async Task<Answer> DoAsync(StorageClient client, Work work)
    {
        ImmutableArray<string> names = work.Name is null ? [] : [work.Name];
        switch (work.Verb)
        {
            case "import-layer" or "create-layer":
                await client.PutLayerAsync(new PutLayer(
                    new NewLayer { Id = new LayerId(work.Item), Parent = work.On, Names = names }, BlobOf(work)));
                break;
            case "applydiff": await client.ApplyDiffAsync(work.Item, BlobOf(work)!); break;
            case "create-image":
                await client.CreateImageAsync(
                    new NewImage { Id = new ImageId(work.Item), Names = names, TopLayer = work.On });
                break;
            case "create-container":
                await client.CreateContainerAsync(
                    new NewContainer { Id = new ContainerId(work.Item), Names = names, Image = work.On });
                break;
            case "add-names": await client.ChangeNamesOfAnyAsync(work.Item, NamesChange.Add, names); break;
            case "remove-names": await client.ChangeNamesOfAnyAsync(work.Item, NamesChange.Remove, names); break;
            case "set-layer-data": await client.SetBigDataAsync(work.Item, work.Key!, DataOf(work)); break;
            case "set-image-data": await client.SetImageDataAsync(work.Item, work.Key!, DataOf(work)); break;
            case "set-container-data": await client.SetContainerDataAsync(work.Item, work.Key!, DataOf(work)); break;
            case "mount": return new Answer(Ending.Done, "", await client.MountAsync(work.Item));
            case "unmount": await client.UnmountAsync(work.Item); break;
            case "diff":
                using (var archive = new MemoryStream())
                {
                    await client.DiffAsync(work.Item, archive, Compression.None);
                    var bytes = archive.GetBuffer().AsSpan(0, (int)archive.Length);
                    return new Answer(Ending.Done, "", "", Convert.ToHexStringLower(SHA256.HashData(bytes)));
                }
            case "delete-container": await client.DeleteContainerAsync(work.Item); break;
            case "delete-image": await client.DeleteImageAsync(work.Item); break;
            case "delete-layer": await client.DeleteLayerAsync(work.Item); break;
            case "gc": await client.CollectGarbageAsync(); break;
            case "layers": await client.ListLayersAsync(); break;
            default: throw new StorageException(StorageErrorKind.NotSupported, $"no such work: {work.Verb}");
        }
        return new Answer(Ending.Done, "", "");
    }

    private static LayerBlob? BlobOf(Work work) => work.File is null ? null : LayerBlob.FromFile(work.File);

    private static byte[] DataOf(Work work) => File.ReadAllBytes(work.File!);
}
