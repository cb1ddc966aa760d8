// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Stores;
using ActorStorage.Configuration;

namespace ActorStorage.Cli.Commands;

/// <summary>config: what the files and the environment say, whatever the command line says.</summary>
internal static class ConfigCommand
{
    public static Task<int> Run(CommandContext context)
    {
        var conf = context.FirstOrNull is { } file
            ? StorageConf.Load(StorageConfEnvironment.OfProcess(), file)
            : context.Conf ?? StoreOpening.LoadConf();
        context.Terminal.Json(Json(conf));
        return Task.FromResult(0);
    }

    /// <summary>Empty values are left out, but for the pull options.</summary>
    private static GoJson Json(StorageConf conf)
    {
        var json = new GoJson().Open('{');
        Text(json, "runroot", conf.RunRoot);
        Text(json, "root", conf.GraphRoot);
        Text(json, "imagestore", conf.ImageStore);
        Text(json, "driver", conf.Driver);
        List(json, "driver-priority", conf.DriverPriority);
        List(json, "driver-options", conf.DriverOptions);
        Text(json, "root_auto_ns_user", conf.AutoUserNamespaceUser);
        Number(json, "auto_userns_min_size", conf.AutoUserNamespaceSizeMin);
        Number(json, "auto_userns_max_size", conf.AutoUserNamespaceSizeMax);
        PullOptions(json.Key("PullOptions"), conf.PullOptions);
        Flag(json, "disable-volatile", conf.DisableVolatile);
        Flag(json, "transient_store", conf.TransientStore);
        return json.Close('}');
    }

    private static void Text(GoJson json, string key, string value)
    {
        if (value.Length > 0) json.Key(key).Value(value);
    }

    private static void Number(GoJson json, string key, uint value)
    {
        if (value > 0) json.Key(key).Value(value);
    }

    private static void Flag(GoJson json, string key, bool value)
    {
        if (value) json.Key(key).Value(value);
    }

    private static void List(GoJson json, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0) json.Key(key).Values(values);
    }

    private static void PullOptions(GoJson json, IReadOnlyDictionary<string, string>? options)
    {
        if (options is null)
        {
            json.Raw("null"u8);
            return;
        }
        json.Open('{');
        foreach (var (key, value) in options) json.Key(key).Value(value);
        json.Close('}');
    }
}
