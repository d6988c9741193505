using System.Text.RegularExpressions;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.Kernels;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;
using NUnit.Framework.Internal;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>A kernel's rows in <see cref="KernelTable"/> notice a mistake in it: kernels with one, drawn by a seed, fail.</summary>
[Exhaustive]
public sealed class KernelMutationTests
{
    private const int Mutants = 200;

    /// <summary>Instructions, and what stands in place of each: another sign, bound, condition or order of operands.</summary>
    private static readonly (Regex Of, string By)[] s_mistakes =
    [
        .. new[]
        {
            (@"\badd(?=\.f32|\.rn\.f32)", "sub"), (@"\bsub(?=\.f32|\.rn\.f32)", "add"), (@"\bmul(?:\.rn)?(?=\.f32)", "add"),
            (@"\badd(?=\.s32)", "sub"), (@"\bsub(?=\.s32)", "add"), (@"\bmul\.lo(?=\.s32)", "add"),
            (@"\bsetp\.lt(?=\.s)", "setp.le"), (@"\bsetp\.le(?=\.s)", "setp.lt"), (@"\bsetp\.gt(?=\.s)", "setp.ge"),
            (@"\bsetp\.ge(?=\.s)", "setp.gt"), (@"\bsetp\.lt(?=\.f)", "setp.gt"), (@"\bsetp\.gt(?=\.f)", "setp.lt"),
            (@"\bsetp\.eq\b", "setp.ne"), (@"\bsetp\.ne\b", "setp.eq"), (@"\bmin(?=\.)", "max"), (@"\bmax(?=\.)", "min"),
            (@"@%", "@!%"), (@"@!%", "@%"), (@"\bneg(?=\.f32)", "mov"), (@"\band(?=\.pred)", "or"), (@"\bor(?=\.pred)", "and"),
            (@"(\bselp\S*\s+\S+) (\S+), (\S+),", "$1 $3, $2,"), (@"(\b(?:fma|mad)\S*\s+\S+ \S+) (\S+), (\S+);", "$1 $3, $2;"),
            (@"(\bdiv\S*\s+\S+) (\S+), (\S+);", "$1 $3, $2;"),
        }.Select(mistake => (new Regex(mistake.Item1), mistake.Item2)),
    ];

    [Test]
    public void AMistakeInAKernelFailsItsRow()
    {
        TestDevices.ForcePlainProducts((GpuDevice)TestDevices.Open("ptx"));
        var casesOf = new Dictionary<PtxFunction, List<KernelCase>>();
        foreach (var c in KernelTests.Chosen)
        {
            Fails(c, launched =>
            {
                casesOf.TryAdd(launched, []);
                casesOf[launched].Add(c);
                return launched.Kernel;
            });
        }

        var (random, survivors) = (new Random(1), new List<string>());
        PtxFunction[] kernels = [.. casesOf.Keys];
        for (var i = 0; i < Mutants; i++)
        {
            var kernel = kernels[random.Next(kernels.Length)];
            var lines = kernel.Module.Image.Text.Split('\n');
            (int At, string Line)[] mistakes = [.. lines.SelectMany((line, at) => s_mistakes.Where(mistake => mistake.Of.IsMatch(line))
                .Select(mistake => (at, mistake.Of.Replace(line, mistake.By, 1))))];
            var (at, line) = mistakes[random.Next(mistakes.Length)];
            var what = $"{lines[at].Trim()} -> {line.Trim()}";
            lines[at] = line;
            var module = PtxParser.Parse(string.Join('\n', lines));
            var mutant = new PtxKernel(
                module, module.Entries.Single(entry => entry.Name == kernel.Kernel.Entry.Name), kernel.Module.Image.Variables);
            if (!casesOf[kernel].Distinct().Any(c => Fails(c, launched => launched == kernel ? mutant : launched.Kernel)))
            {
                survivors.Add($"{kernel.Kernel.Entry.Name}, {casesOf[kernel][0].Row}: {what}");
            }
        }

        TestContext.Out.WriteLine($"{kernels.Length} kernels, {Mutants} mutants, {survivors.Count} survive");
        TestContext.Out.WriteLine(string.Join('\n', survivors));
        Assert.That(survivors, Has.Count.LessThanOrEqualTo(Mutants / 20), "more than compute the same, or hide behind a tolerance");
    }

    private static bool Fails(KernelCase c, Func<PtxFunction, PtxKernel> inPlace)
    {
        PtxDriver.InPlaceOf = inPlace;
        try
        {
            using var isolated = new TestExecutionContext.IsolatedContext();
            new KernelTests("ptx").AgreesWithItsDefinition(c);
            return false;
        }
        catch (Exception e) when (e is AssertionException or DeviceException)
        {
            return true;
        }
        finally
        {
            PtxDriver.InPlaceOf = null;
        }
    }
}
