using ILGPU;
using ILGPU.Backends;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine;

/// <summary>What kernels print arrives: vprintf's arguments lie as in a C structure, floats promoted to double.</summary>
public sealed class PtxPrintTests
{
    private static readonly PtxTarget[] s_targets = [Compiling.Sm70, Compiling.Sm90];

    private static IEnumerable<TestCaseData> Kernels()
    {
        yield return Case("TwoInts", (_, n) => Interop.WriteLine("{0}, {1}", n, n + 1), "-5, -4");
        yield return Case("ThreeIntsAndText", (_, n) => Interop.Write("{0} {1} {2} is 100%", n, n + 1, n + 2), "-5 -4 -3 is 100%");
        yield return Case("IntAndDouble", (_, n) => Interop.WriteLine("{0}: {1}", n, n * 0.5), "-5: -2.500000");
        yield return Case("IntAndFloat", (_, n) => Interop.WriteLine("{0}: {1}", n, n * 0.25f), "-5: -1.250000");
        yield return Case(
            "FloatsBetweenInts", (_, n) => Interop.WriteLine("{0} {1} {2} {3}", n, 1.5f * n, n + 1, 2.5f * n),
            "-5 -7.500000 -4 -12.500000");
        yield return Case("IntLongInt", (_, n) => Interop.WriteLine("{0} {1} {2}", n, n * 10000000000L, n - 1), "-5 -50000000000 -6");
        yield return Case(
            "IntsAroundALong", (_, n) => Interop.WriteLine("{0} {1} {2} {3}", n, n + 1, (long)n << 40, n - 1), "-5 -4 -5497558138880 -6");
        yield return Case(
            "Unsigned", (_, n) => Interop.WriteLine("{0} {1} {2}", (uint)n, (ulong)n, (uint)n),
            "4294967291 18446744073709551611 4294967291");
        yield return Case("Text", (_, _) => Interop.WriteLine("nothing"), "nothing");

        static TestCaseData Case(string name, Action<Index1D, int> kernel, string expected) =>
            new TestCaseData(kernel, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Kernels))]
    public void ArgumentsArePacked(Action<Index1D, int> kernel, string expected)
    {
        foreach (var target in s_targets)
        {
            var image = KernelCompiler.Compile(Compiling.Request(kernel, target) with { Output = true });
            var packed = new byte[image.ArgumentBytes];
            foreach (var parameter in image.Parameters)
            {
                BitConverter.TryWriteBytes(packed.AsSpan(parameter.Offset), parameter.Kind == KernelParameterKind.Extent ? 1 : -5);
            }
            using var output = new StringWriter();
            PtxImage.Load(image.Text, new PtxGlobalMemory()).Launch(image.EntryPoint, packed, (1, 1, 1), (32, 1, 1), output: output);
            Assert.That(output.ToString().TrimEnd('\r', '\n'), Is.EqualTo(expected), target.ToString());
        }
    }

    [TestCaseSource(nameof(s_targets))]
    public void TheAssemblerTakesWhatPrints(PtxTarget target)
    {
        var kernel = (Action<Index1D, int>)((_, n) => Interop.WriteLine("{0} {1} {2}", n, 0.5f * n, (long)n));
        Assert.That(Ptxas.Assemble(KernelCompiler.Compile(Compiling.Request(kernel, target) with { Output = true })).SpillBytes, Is.Zero);
    }
}
