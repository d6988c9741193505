using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.Benchmarks.Serving;

/// <summary>A server in a separate process, which ends when this object is disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri page) => (_process, Page) = (process, page);

    public Uri Page { get; }

    /// <summary>Peak resident memory so far, in 10⁶ bytes.</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time so far, of all threads.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <exception cref="PeerException">the server does not start</exception>
    public static ServerProcess Start(string model, int threads)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "ilgpugan.dll"), "serve", "--model", model, "--port", "0", "--device", "cpu",
            "--threads", threads.ToString(CultureInfo.InvariantCulture), "--json",
        ];
        var process = Process.Start(
            new ProcessStartInfo(IlgpuGanRunner.Host, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new PeerException("the server did not start");
        var line = process.StandardOutput.ReadLine();
        if (line is not null)
        {
            return new ServerProcess(process, new Uri(JsonDocument.Parse(line).RootElement.GetProperty("page").GetString()!));
        }

        process.WaitForExit();
        process.Dispose();
        throw new PeerException("the server ended before it printed its address");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
