using System.Text.RegularExpressions;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.Kernels;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;
using NUnit.Framework.Internal;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>The rows of <see cref="KernelTable"/> notice a mistake in a kernel: kernels with one, drawn by a seed, fail their rows.</summary>
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
            (@"\bsetp\.lt\b", "setp.le"), (@"\bsetp\.le\b", "setp.lt"), (@"\bsetp\.gt\b", "setp.ge"), (@"\bsetp\.ge\b", "setp.gt"),
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
            var mistakes = MistakesIn(kernel.Module.Image.Text);
            var (text, what) = mistakes[random.Next(mistakes.Count)];
            var module = PtxParser.Parse(text());
            var mutant = new PtxKernel(
                module, module.Entries.Single(entry => entry.Name == kernel.Kernel.Entry.Name), kernel.Module.Image.Variables);
            if (!casesOf[kernel].Distinct().Any(c => Fails(c, launched => launched == kernel ? mutant : launched.Kernel)))
            {
                survivors.Add($"{kernel.Kernel.Entry.Name}, {casesOf[kernel][0].Row}: {what}");
            }
        }

        TestContext.Out.WriteLine($"{kernels.Length} kernels, {Mutants} mutants, {survivors.Count} survive\n{string.Join('\n', survivors)}");
        Assert.That(survivors, Has.Count.LessThanOrEqualTo(Mutants / 10), "more than those that compute the same, or hide behind a tolerance");
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

    /// <summary>Every instruction with every mistake; and two parameters in each other's place.</summary>
    private static List<(Func<string> Text, string What)> MistakesIn(string ptx)
    {
        var lines = ptx.Split('\n');
        var found = new List<(Func<string>, string)>();
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var (of, by) in s_mistakes.Where(mistake => mistake.Of.IsMatch(lines[i])))
            {
                Add(i, of.Replace(lines[i], by, 1));
            }
        }

        return found;

        void Add(int at, string line) => found.Add((
            () => string.Join('\n', [.. lines[..at], line, .. lines[(at + 1)..]]), $"{lines[at].Trim()} -> {line.Trim()}"));
    }
}
