using System.CommandLine;
using System.Text;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>devices</c>: what is here, what is not and why, and what <c>--device auto</c> takes.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine that can train and translate, and says why others can't.");
        command.SetAction(parsed => RankedWork.Run(parsed, (ranks, screen) =>
        {
            var devices = DeviceSearch.List();
            var (automatic, reason) = DeviceSearch.Automatic();
            var machines = ranks.GatherAll(Encoding.UTF8.GetBytes(Environment.MachineName)).Select(Encoding.UTF8.GetString)
                .CountBy(name => name).Select(m => (Name: m.Key, Processes: m.Value)).ToList();
            screen.Result(
                new
                {
                    devices = devices.Select(d => new { name = d.Name, available = d.IsAvailable, description = d.Description }),
                    auto = new { name = automatic, reason },
                    ranks = new
                    {
                        count = ranks.Count, by = ranks.Name, machines = machines.Select(m => new { name = m.Name, ranks = m.Processes }),
                    },
                },
                [
                    .. devices.Select(d => $"{d.Name,-10} {(d.IsAvailable ? "yes" : "no "),-4} {d.Description}"),
                    $"auto takes {automatic}: {reason}.",
                    .. ranks.Count == 1
                        ? (IEnumerable<string>)[]
                        : [$"{ranks.Count} processes by {ranks.Name}: " +
                            $"{string.Join(", ", machines.Select(m => $"{m.Processes} on {m.Name}"))}."],
                ]);
            return ExitCode.Done;
        }));
        return command;
    }
}
