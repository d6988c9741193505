using System.Runtime.InteropServices;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Benchmarks.Measuring;

/// <summary>The machine of a measurement.</summary>
/// <param name="Processor">processor model, as the system names it</param>
/// <param name="Processors">logical processors that this process may use</param>
/// <param name="Simd">width of the SIMD registers that the kernels use</param>
/// <param name="MemoryGb">memory that this process may use, in 10⁹ bytes</param>
/// <param name="System">operating system</param>
/// <param name="Runtime">.NET version</param>
/// <param name="LoadBefore">load average over one minute before the measurement; null if unknown</param>
/// <param name="Peaks">measured peaks, one entry per number of threads</param>
internal sealed record Machine(
    string Processor, int Processors, string Simd, double MemoryGb, string System, string Runtime, double? LoadBefore,
    IReadOnlyList<MachinePeak> Peaks)
{
    /// <summary>Describes this machine, and measures its peaks for some numbers of threads.</summary>
    public static Machine Measure(IEnumerable<int> threads)
    {
        var load = Load();
        return new Machine(
            IlgpuGan.Tensors.Devices.Cpu.Processor.Name,
            Environment.ProcessorCount,
            CpuDevice.InstructionSet,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            load,
            [.. threads.Select(MachinePeak.Measure)]);
    }

    public override string ToString() => Invariant.Text(
        $"{Processor}, {Processors} processors, {Simd}, {MemoryGb:0} GB; {System}; {Runtime}");

    private static double? Load()
    {
        const string Linux = "/proc/loadavg";
        return File.Exists(Linux) ? double.Parse(File.ReadAllText(Linux).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }
}

/// <param name="Threads">number of threads</param>
/// <param name="Gflops">10⁹ floating-point operations per second</param>
/// <param name="CopyGbs">10⁹ bytes read and written per second</param>
internal sealed record MachinePeak(int Threads, double Gflops, double CopyGbs)
{
    public static MachinePeak Measure(int threads)
    {
        var peak = Roofline.Measure(threads);
        return new MachinePeak(threads, Math.Round(peak.FlopsPerSecond / 1e9, 1), Math.Round(peak.BytesPerSecond / 1e9, 1));
    }
}
