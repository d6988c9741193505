using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>devices</c>: what is here, what is not and why, and what <c>--device auto</c> takes.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine that can train and translate, and says why others can't.");
        command.SetAction(parsed =>
        {
            var devices = DeviceSearch.List();
            var (automatic, reason) = DeviceSearch.Automatic();
            Screen.Of(parsed).Result(
                new
                {
                    devices = devices.Select(d => new { name = d.Name, available = d.IsAvailable, description = d.Description }),
                    auto = new { name = automatic, reason },
                },
                [
                    .. devices.Select(d => $"{d.Name,-10} {(d.IsAvailable ? "yes" : "no "),-4} {d.Description}"),
                    $"auto takes {automatic}: {reason}.",
                ]);
            return ExitCode.Done;
        });
        return command;
    }
}
