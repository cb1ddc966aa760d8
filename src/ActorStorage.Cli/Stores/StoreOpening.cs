// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Commands;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Parsing;
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Stores;

/// <summary>The store could not be opened. Its words go to the output stream, unlike those of any other
/// failure.</summary>
internal sealed class StoreNotOpenedException(StorageException cause) : Exception(cause.Message, cause);

/// <summary>A root that one command works on. Opened and closed by the thread that runs the command, which has nothing
/// else to do.</summary>
internal sealed class OpenStore(StorageEngine engine) : IDisposable
{
    public StorageClient Client => engine.Client;

    public void Dispose() => engine.CloseAsync().GetAwaiter().GetResult();
}

/// <summary>From the options of a command line to an open store.</summary>
internal static class StoreOpening
{
    /// <param name="adjust">What a command wants different from the usual settings.</param>
    /// <param name="elsewhere">A root that the command brings along, whatever the global options say.</param>
    /// <exception cref="StoreNotOpenedException">The options, the root or the driver do not allow it.</exception>
    public static OpenStore Open(
        CommandContext context, Func<StorageSettings, StorageSettings> adjust, StoreOptions? elsewhere = null)
    {
        try
        {
            var settings = adjust(Settings(context, elsewhere));
            return new OpenStore(StorageEngine.StartAsync(settings, context.Cancellation).GetAwaiter().GetResult());
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            throw new StoreNotOpenedException(failure);
        }
    }

    public static StorageConf LoadConf() => StorageConf.Load(StorageConfEnvironment.OfProcess());

    /// <summary>Where the store lies and how it is used, without opening it.</summary>
    public static StorageSettings Settings(CommandContext context, StoreOptions? elsewhere = null)
    {
        var values = context.Options;
        // A file that the environment names is read even when nothing of it counts: a wrong name is to be told.
        if (context.Conf is null && StorageConf.IsNamed(StorageConfEnvironment.OfProcess())) LoadConf();
        var options = elsewhere ?? StoreOptions.From(values, context.Conf).Completed(LoadConf);
        if (values.Flag(GlobalOptions.Debug)) LogOptions(context.Terminal, options);
        var driver = Driver(context.Terminal, options);
        var paths = new StoragePaths(options.GraphRoot, options.RunRoot, driver)
        {
            ImageStore = options.ImageStore,
            Transient = options.TransientStore,
        };
        return EngineSettings.From(paths, options.DriverOptions, LockTimeout(values)) with
        {
            MountsVolatile = options.Conf is not { DisableVolatile: true },
        };
    }

    private static string Driver(Terminal terminal, StoreOptions options)
    {
        try
        {
            return DriverChoice.Choose(options.Driver, options.Conf?.DriverPriority ?? [], options.GraphRoot);
        }
        catch (StorageException failure) when (failure.Kind == StorageErrorKind.NotSupported)
        {
            GoLog.Write(terminal, "error", $"Failed to GetDriver graph {options.Driver} {options.GraphRoot}");
            throw;
        }
    }

    private static void LogOptions(Terminal terminal, StoreOptions options)
    {
        GoLog.Write(terminal, "debug", $"Root: {options.GraphRoot}");
        GoLog.Write(terminal, "debug", $"Run Root: {options.RunRoot}");
        GoLog.Write(terminal, "debug", $"Driver Name: {options.Driver}");
        GoLog.Write(terminal, "debug", $"Driver Options: [{string.Join(' ', options.DriverOptions)}]");
    }

    /// <summary>How long a request may wait for a lock; null is without end, as the Go tool does it.</summary>
    public static TimeSpan? LockTimeout(OptionValues values)
    {
        var timeout = CommandOptions.Duration(values, GlobalOptions.LockTimeout, canBeZero: true);
        return timeout == TimeSpan.Zero ? null : timeout;
    }
}
