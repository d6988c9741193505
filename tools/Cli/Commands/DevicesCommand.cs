using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>devices</c>: which devices are available, why the others are not, and which one <c>--device auto</c> selects.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine that can train and translate, and says why others can't.");
        command.SetAction(parsed => RankedWork.Run(parsed, (ranks, screen) =>
        {
            var devices = DeviceSearch.List();
            var (automatic, reason) = DeviceSearch.Automatic();
            string[] names = [.. ranks.GatherAll(Encoding.UTF8.GetBytes(Environment.MachineName)).Select(Encoding.UTF8.GetString)];
            var machines = names.CountBy(name => name).Select(m => (Name: m.Key, Processes: m.Value)).ToList();

            // One link to each machine; on this machine, to another process.
            var links = machines.Select(m => Enumerable.Range(1, ranks.Count - 1).FirstOrDefault(rank => names[rank] == m.Name))
                .Where(rank => rank > 0).Select(rank => RankLink.Measure(ranks, rank)).OfType<RankLink>().ToList();
            screen.Result(
                new
                {
                    devices = devices.Select(d => new { name = d.Name, available = d.IsAvailable, description = d.Description }),
                    auto = new { name = automatic, reason },
                    ranks = new
                    {
                        count = ranks.Count, by = ranks.Name, transports = ranks.Transports,
                        machines = machines.Select(m => new { name = m.Name, ranks = m.Processes }),
                        links = links.Select(link => new
                        {
                            rank = link.Rank, machine = names[link.Rank], round_trip_us = Math.Round(link.RoundTrip.TotalMicroseconds, 1),
                            gbit_per_s = Math.Round(link.BytesPerSecond * 8 / 1e9, 2),
                        }),
                    },
                },
                [
                    .. devices.Select(d => $"{d.Name,-10} {(d.IsAvailable ? "yes" : "no "),-4} {d.Description}"),
                    $"auto takes {automatic}: {reason}.",
                    .. ranks.Count == 1
                        ? (IEnumerable<string>)["1 process; 'mpirun -n 4 ilgpugan devices' shows the devices of several."]
                        :
                        [
                            $"{ranks.Count} processes by {ranks.Name}: " +
                                $"{string.Join(", ", machines.Select(m => $"{m.Processes} on {m.Name}"))}.",
                            .. ranks.Transports.Count == 0 ? [] : new[] { $"loaded for messages: {string.Join(", ", ranks.Transports)}." },
                            .. links.Select(link => Invariant.Text(
                                $"rank 0 to rank {link.Rank} on {names[link.Rank]}: {link.RoundTrip.TotalMicroseconds:0.#} us there and " +
                                    $"back, {link.BytesPerSecond * 8 / 1e9:0.00} Gbit/s (measured).")),
                        ],
                ]);
            return ExitCode.Done;
        }));
        return command;
    }
}
