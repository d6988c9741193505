using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>devices</c>: what is here, what is not, and why.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the devices of this machine, and says which can train and translate.");
        command.SetAction(parsed =>
        {
            using var cpu = Device.Open("cpu");
            Row[] rows = [new(cpu.Name, Available: true, cpu.Description + " (default)"), .. Drivers()];
            Screen.Of(parsed).Result(
                new { devices = rows.Select(r => new { name = r.Name, available = r.Available, description = r.Description }) },
                [.. rows.Select(r => $"{r.Name,-8} {(r.Available ? "yes" : "no "),-4} {r.Description}")]);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Drivers of other devices: networks do not run on them yet, but a person asks what is there.</summary>
    private static IEnumerable<Row> Drivers()
    {
#if USE_ILGPU_PACKAGES
        return [];
#else
        const string NotYet = "networks run on the processor only in this version";
        return new[] { (Name: "cuda", Status: ILGPU.Runtime.DriverStatus.Cuda), (Name: "opencl", Status: ILGPU.Runtime.DriverStatus.OpenCL) }
            .Select(d => new Row(d.Name, Available: false, $"{NotYet}; driver: {(d.Status.IsPresent ? "found" : d.Status.Reason)}"));
#endif
    }

    private sealed record Row(string Name, bool Available, string Description);
}
