using System.Diagnostics;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>
/// The program itself, killed without warning at moments nobody chose, resumed with other numbers of threads, and held against a run that
/// was left alone.
/// </summary>
[Exhaustive]
public sealed class KilledRunTests
{
    private const int Kills = 4;
    private const int StepsAtLeastBetweenKills = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private static readonly string s_program = Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("ilgpugan-kill-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("pix2pix", "--generator unet32 --ngf 8 --norm batch --steps 60", 1)]
    [TestCase("cyclegan", "--generator resnet2 --ngf 12 --pool-size 4 --steps 44 --dropout", 2)]
    public void KilledRunEndsWithTheSameBits(string model, string options, int threads)
    {
        var data = Path.Combine(_folder, "data");
        var facades = new SyntheticFacades(7, 32);
        facades.WriteTo(Path.Combine(data, "train"));
        facades.WriteTo(Path.Combine(data, "trainA"));
        facades.WriteTo(Path.Combine(data, "trainB"));
        var common =
            $"train {model} --data {data} --device cpu --load-size 36 --crop-size 32 --ndf 4 --discriminator n-layers --n-layers-d 2 "
            + $"--save-steps 1 --log-freq 1 --sample-freq 20 --seed 5 --quiet {options}";

        Finish(Start($"{common} --threads 1 --out {Run("whole")}"));
        var (killed, halfWritten) = (0, 0);
        var process = Start($"{common} --threads {threads} --out {Run("killed")}");
        var random = new Random(threads);
        while (killed < Kills && WaitForSteps(process))
        {
            // Every other time at any moment; in between, while a checkpoint is being written.
            if (killed % 2 == 0)
            {
                Thread.Sleep(random.Next(150));
            }
            else
            {
                // Without a moment's sleep: a checkpoint is written in milliseconds.
                var watch = Stopwatch.StartNew();
                while (!File.Exists(Half) && !process.HasExited)
                {
                    Assert.That(watch.Elapsed, Is.LessThan(s_patience), "the program writes no checkpoint");
                }
            }

            process.Kill();
            process.WaitForExit();
            process.Dispose();
            killed++;
            halfWritten += File.Exists(Half) ? 1 : 0;
            process = Start($"train --resume {Run("killed")} --threads {1 + (killed % 3)} --quiet");
        }

        Finish(process);
        Assert.That(killed, Is.EqualTo(Kills), "it was over before it could be killed as often as that");
        Assert.That(halfWritten, Is.Positive, "no kill fell into the writing of a checkpoint");
        TestContext.Out.WriteLine($"{killed} kills, {halfWritten} of them while a checkpoint was written");
        Assert.That(File.Exists(Half), Is.False);
        Assert.That(Tensors("killed"), Is.EqualTo(Tensors("whole")));
        Assert.That(Log("killed"), Is.EqualTo(Log("whole")));
    }

    /// <summary>A checkpoint that is not whole yet.</summary>
    private string Half => new RunDirectory(Run("killed")).Latest + AtomicFile.TemporarySuffix;

    private string Run(string name) => Path.Combine(_folder, name);

    private static Process Start(string arguments) =>
        Process.Start(new ProcessStartInfo(
            "dotnet", $"{s_program} {arguments}") { UseShellExecute = false, RedirectStandardError = true,
            RedirectStandardOutput = true })!;

    private static void Finish(Process process)
    {
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            Assert.That(process.WaitForExit(s_patience), "the program hangs");
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
        }
    }

    /// <summary>Waits until a process has taken a few more steps; false if it ended first.</summary>
    private bool WaitForSteps(Process process)
    {
        var log = new RunDirectory(Run("killed")).Log;
        var before = Lines(log);
        var watch = Stopwatch.StartNew();
        while (!process.HasExited)
        {
            // A resume cuts the log back to its checkpoint, so the count may fall before it rises.
            before = Math.Min(before, Lines(log));
            if (Lines(log) >= before + StepsAtLeastBetweenKills)
            {
                return true;
            }

            Assert.That(watch.Elapsed, Is.LessThan(s_patience), "the program takes no steps");
            Thread.Sleep(5);
        }

        return false;
    }

    private static int Lines(string log)
    {
        if (!File.Exists(log))
        {
            return 0;
        }

        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }

    private List<string> Log(string name) =>
        [.. File.ReadLines(new RunDirectory(Run(name)).Log).Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])];

    private byte[] Tensors(string name)
    {
        using var file = new SafetensorsFile(new RunDirectory(Run(name)).Latest);
        return [.. file.ReadAll().OrderBy(a => a.Name, StringComparer.Ordinal).SelectMany(a => a.Bytes.ToArray())];
    }
}
