// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>One driver option as it was written: <c>[driver.]key=value</c>.</summary>
/// <param name="Driver">Lower case; empty when the option is for whichever driver is used.</param>
/// <param name="Key">Lower case.</param>
/// <param name="Text">The whole of it, for messages.</param>
internal sealed record DriverOption(string Driver, string Key, string Value, string Text)
{
    /// <summary>Those of the options that this driver must obey, in their order.</summary>
    /// <exception cref="StorageException">Invalid: a malformed option or an unknown driver, in the words of the Go
    /// tools.</exception>
    internal static IEnumerable<DriverOption> For(IEnumerable<string> options, string driver)
    {
        foreach (var text in options)
        {
            var option = Parse(text);
            var isForIt = option.Driver switch
            {
                "" => true,
                "overlay" or "overlay2" => driver == "overlay",
                "vfs" or "btrfs" or "zfs" => driver == option.Driver,
                _ => throw Invalid($"unknown driver \"{option.Driver}\" in option \"{text}\""),
            };
            if (isForIt) yield return option;
        }
    }

    internal bool Boolean() => Value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw Invalid($"strconv.ParseBool: parsing \"{Value}\": invalid syntax"),
    };

    /// <summary>A number of octal digits, with a sign or without, and of 32 bits.</summary>
    internal int Octal()
    {
        var digits = Value.AsSpan(Value.StartsWith('-') || Value.StartsWith('+') ? 1 : 0);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '7')) throw NoNumber("invalid syntax");
        long number = 0;
        foreach (var digit in digits)
        {
            number = (number << 3) + (digit - '0');
            if (number > int.MaxValue) throw NoNumber("value out of range");
        }
        return (int)(Value[0] == '-' ? -number : number);
    }

    internal StorageException Unknown() => Invalid($"unknown option \"{Key}\" (\"{Text}\")");

    internal static StorageException Invalid(string message) => new(StorageErrorKind.Invalid, message);

    private StorageException NoNumber(string why) => Invalid($"strconv.ParseInt: parsing \"{Value}\": {why}");

    private static DriverOption Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw Invalid($"unable to parse key/value option: {text}");
        var key = text[..equals].ToLowerInvariant();
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return new DriverOption(
            dot < 0 ? "" : key[..dot], key[(dot + 1)..], text[(equals + 1)..], text);
    }
}
