using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>devices</c>: what is here, what is not, and why.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices that can train and translate on this machine.");
        command.SetAction(parsed =>
        {
            using var cpu = Device.Open("cpu");
            Screen.Of(parsed).Result(
                new { devices = new[] { new { name = cpu.Name, available = true, description = cpu.Description, @default = true } } },
                $"{cpu.Name,-10} {cpu.Description}  (default)");
            return ExitCode.Done;
        });
        return command;
    }
}
