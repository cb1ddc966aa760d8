// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cluster.Tests.Machines;

/// <summary>Some machines on one network, as network namespaces on a bridge; this process has an address there
/// too.</summary>
internal sealed class MachineNetwork : IAsyncDisposable
{
    private static int _last;
    private readonly string _name;
    private readonly string _subnet;
    private readonly int _count;

    private MachineNetwork(int count)
    {
        var number = Interlocked.Increment(ref _last);
        _name = string.Create(CultureInfo.InvariantCulture, $"as{Environment.ProcessId % 100000}x{number}");
        _count = count;
        // Other runs of these tests may be on this machine.
        _subnet = $"10.{200 + (Environment.ProcessId % 50)}.{(Environment.ProcessId + number) % 250}";
    }

    /// <summary>Of this process.</summary>
    public string Host => $"{_subnet}.254";

    public string AddressOf(int machine) => $"{_subnet}.{machine + 1}";

    public static async Task<MachineNetwork> StartAsync(int count)
    {
        var network = new MachineNetwork(count);
        var made = await Command.RunAsync("ip", "link", "add", network._name, "type", "bridge");
        Skip.If(made.ExitCode != 0, $"no bridge can be made here: {made.Error}");
        await IpAsync($"address add {network.Host}/24 dev {network._name}");
        await IpAsync($"link set {network._name} up");
        for (var i = 0; i < count; i++) await network.AddAsync(i);
        return network;
    }

    /// <summary>The words by which a program is run on a machine.</summary>
    public IReadOnlyList<string> On(int machine) => ["ip", "netns", "exec", Namespace(machine)];

    /// <summary>Nothing gets to it or from it any more, and nobody is told.</summary>
    public Task CutAsync(int machine) => IpAsync($"link set {Cable(machine)} nomaster");

    public Task HealAsync(int machine) => IpAsync($"link set {Cable(machine)} master {_name}");

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < _count; i++) await Command.RunAsync("ip", "netns", "delete", Namespace(i));
        await Command.RunAsync("ip", "link", "delete", _name);
    }

    private string Namespace(int machine) => $"{_name}-{machine}";

    private string Cable(int machine) => $"{_name}-{machine}";

    private async Task AddAsync(int machine)
    {
        var (space, cable) = (Namespace(machine), Cable(machine));
        await IpAsync($"netns add {space}");
        await IpAsync($"link add {cable} type veth peer name eth0 netns {space}");
        await IpAsync($"link set {cable} master {_name} up");
        await IpAsync($"-n {space} address add {AddressOf(machine)}/24 dev eth0");
        await IpAsync($"-n {space} link set eth0 up");
        await IpAsync($"-n {space} link set lo up");
    }

    private static async Task IpAsync(string arguments) =>
        (await Command.RunAsync("ip", arguments.Split(' '))).Succeeded();
}
