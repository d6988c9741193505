using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Benchmarks.Measuring;

/// <summary>What was measured on: without it no figure means anything.</summary>
/// <param name="Processor">model as the system names it</param>
/// <param name="Processors">how many this process may use</param>
/// <param name="Simd">width of the registers that the kernels use</param>
/// <param name="MemoryGb">memory that this process may use, in 10⁹ bytes</param>
/// <param name="System">operating system</param>
/// <param name="Runtime">.NET's version</param>
/// <param name="LoadBefore">programs that were running already, on average over a minute; null where the system does not say</param>
/// <param name="Peaks">what the machine can do at best, one entry a number of threads</param>
internal sealed record Machine(
    string Processor, int Processors, string Simd, double MemoryGb, string System, string Runtime, double? LoadBefore,
    IReadOnlyList<MachinePeak> Peaks)
{
    /// <summary>Looks at this machine and measures its peaks for some numbers of threads.</summary>
    public static Machine Look(IEnumerable<int> threads)
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

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Processors} processors, {Simd}, {MemoryGb:0} GB; {System}; {Runtime}");

    private static double? Load()
    {
        const string Linux = "/proc/loadavg";
        return File.Exists(Linux) ? double.Parse(File.ReadAllText(Linux).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }
}

/// <param name="Threads">threads that work at the same time</param>
/// <param name="Gflops">10⁹ floating-point operations a second</param>
/// <param name="CopyGbs">10⁹ bytes read and written a second</param>
internal sealed record MachinePeak(int Threads, double Gflops, double CopyGbs)
{
    public static MachinePeak Measure(int threads)
    {
        var peak = Roofline.Measure(threads);
        return new MachinePeak(threads, Math.Round(peak.FlopsPerSecond / 1e9, 1), Math.Round(peak.BytesPerSecond / 1e9, 1));
    }
}
