using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary>What is here, what is not, and why.</summary>
internal static class DevicesCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("devices", "Lists the devices that can train and translate on this machine.");
        command.SetAction(parsed => Run(output, parsed.GetValue(GlobalOptions.Json)));
        return command;
    }

    private static int Run(TextWriter output, bool json)
    {
        using var cpu = Device.Open("cpu");
        if (json)
        {
            var devices = new[] { new { name = cpu.Name, description = cpu.Description, @default = true } };
            output.WriteLine(JsonSerializer.Serialize(devices));
        }
        else
        {
            output.WriteLine($"{cpu.Name,-8} {cpu.Description}  (default)");
        }

        return ExitCode.Done;
    }
}
