using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.IR.Ranges;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.Ranges;

/// <summary>
/// Random programs with an assertion behind every integer that it lies in its interval: none fails, neither before the passes nor behind
/// them; and with every interval tighter by one, nearly every program has one that fails.
/// </summary>
public sealed class RangeSoundnessTests
{
    private static readonly long[] s_inputs =
        [0, 1, -1, 2, 7, -8, 255, 65536, int.MaxValue, int.MinValue, 4294967296, long.MaxValue, long.MinValue, 1234567890123, -987654321,
            42];

    private static readonly LaunchLimits s_limits = new() { WarpSize = Interval.Of(32) };

    private Context _context = null!;
    private CPUAccelerator _accelerator = null!;

    [OneTimeSetUp]
    public void OpenSimulator()
    {
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        _accelerator = _context.CreateCPUAccelerator(0);
    }

    [OneTimeTearDown]
    public void CloseSimulator()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    [TestCase(false, 40)]
    [TestCase(true, 40)]
    [TestCase(false, 150, Category = Exhaustive.Category)]
    [TestCase(true, 150, Category = Exhaustive.Category)]
    public void NoIntegerLeavesItsInterval(bool optimised, int programs)
    {
        int bounds = 0;
        foreach (int seed in Enumerable.Range(7000, programs))
        {
            var kernel = new ProgramWriter(seed).Write();
            KernelImage image = Prepare(kernel, optimised);
            bounds += Guard(image.Function, (0, 0));
            Assert.That(() => Run(kernel, image), Throws.Nothing, $"program {seed}");
            Assert.That(Run(kernel, image), Is.EqualTo(Expected(kernel)), $"program {seed}");
        }

        TestContext.Out.WriteLine($"{bounds} integers with an interval of their own");
        Assert.That(bounds, Is.GreaterThan(20 * programs));
    }

    [TestCase(1, 0)]
    [TestCase(0, -1)]
    public void TighterIntervalsAreNoticed(int low, int high)
    {
        int noticed = 0;
        foreach (int seed in Enumerable.Range(7000, 20))
        {
            var kernel = new ProgramWriter(seed).Write();
            KernelImage image = Prepare(kernel, optimised: false);
            Guard(image.Function, (low, high));
            try
            {
                Run(kernel, image);
            }
            catch (SimulatorException)
            {
                noticed++;
            }
        }

        Assert.That(noticed, Is.GreaterThanOrEqualTo(18));
    }

    private static KernelImage Prepare(Delegate kernel, bool optimised)
    {
        KernelImage image = Compiling.Compile(kernel, Compiling.Simulator);
        if (optimised)
        {
            new PassPipeline(image.Function, null, "", verifyEach: true).Optimize(s_limits, mostUnrolled: 4096, isLast: true);
        }
        return image;
    }

    // Assert(low <= value && value <= high) behind each integer that is not free to be anything.
    private static int Guard(KernelFunction function, (int Low, int High) tightening)
    {
        var ranges = new RangeAnalysis(function, s_limits);
        int count = 0;
        foreach (Block block in function.Blocks)
        {
            var output = new List<Instruction>();
            foreach (BlockParameter parameter in block.Parameters)
            {
                Check(parameter);
            }
            foreach (Instruction instruction in block.Instructions)
            {
                output.Add(instruction);
                Check(instruction);
            }

            // What branches say of a value counts where they lead.
            foreach (Value operand in block.Instructions.SelectMany(i => i.Operands).Where(o => o is not Constant).Distinct())
            {
                if (operand.Type.IsInteger() && ranges.Of(operand, block) is var here && here != ranges.Of(operand))
                {
                    Check(operand, here);
                }
            }

            block.Instructions = output;

            void Check(Value value, Interval? known = null)
            {
                if (!value.Type.IsInteger())
                {
                    return;
                }
                Interval interval = known ?? ranges.Of(value), all = Interval.All(value.Type);
                if (interval == all)
                {
                    return;
                }
                count++;
                if (!interval.IsConstant && value is BlockParameter or Instruction { Opcode: <= Opcode.Math })
                {
                    interval = new(interval.Low + tightening.Low, interval.High + tightening.High);
                }
                Assure(value, Condition.Ge, interval.Low);
                Assure(value, Condition.Le, interval.High);
            }

            void Assure(Value value, Condition condition, long bound)
            {
                Constant limit = value.Type == IrType.Int32 ? Constant.Int32((int)bound) : Constant.Int64(bound);
                var compare = new Instruction(Opcode.Compare, IrType.Bool, value, limit) { Kind = (int)condition };
                output.Add(compare);
                output.Add(new Instruction(Opcode.Assert, IrType.Void, compare) { Text = $"{value} {condition} {bound}" });
            }
        }

        Verifier.Verify(function, "guarding");
        return count;
    }

    private long[] Run(Delegate kernel, KernelImage image)
    {
        using var input = _accelerator.Allocate1D(s_inputs);
        using var output = _accelerator.Allocate1D<long>(s_inputs.Length);
        output.MemSetToZero();
        var compiled = new CompiledKernel(image, KernelDefinition.Create(kernel.Method, isImplicit: true, KernelSpecialization.Empty));
        using Kernel loaded = _accelerator.LoadAutoGroupedKernel(compiled);
        loaded.CreateLauncherDelegate<Action<Index1D, ArrayView<long>, ArrayView<long>>>()(
            s_inputs.Length, input.AsContiguous(), output.AsContiguous());
        _accelerator.Synchronize();
        return output.GetAsArray1D();
    }

    private static long[] Expected(Action<Index1D, ArrayView<long>, ArrayView<long>> kernel)
    {
        var expected = new long[s_inputs.Length];
        for (int i = 0; i < s_inputs.Length; i++)
        {
            kernel(i, s_inputs.AsArrayView(), expected.AsArrayView());
        }
        return expected;
    }
}
