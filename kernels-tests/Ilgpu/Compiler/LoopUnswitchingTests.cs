using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.IR.Passes;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Loops that ask at each turn what the launch has decided: how they are split, what they compute, how much they grow.</summary>
public sealed class LoopUnswitchingTests
{
    private const int Length = 7, Rows = 5, Warp = 32;

    /// <summary>Adds a row to others or takes its place.</summary>
    private static void PutRows(Index1D i, ArrayView<float> x, ArrayView<float> y, int length, int adds)
    {
        for (int k = 0; k < length; k++)
        {
            if (adds != 0)
            {
                y[(i * length) + k] += x[k];
            }
            else
            {
                y[(i * length) + k] = x[k];
            }
        }
    }

    /// <summary>The same, as each thread's row number decides.</summary>
    private static void PutEvenRows(Index1D i, ArrayView<float> x, ArrayView<float> y, int length, int divisor)
    {
        bool adds = i.X % divisor == 0;
        for (int k = 0; k < length; k++)
        {
            if (adds)
            {
                y[(i * length) + k] += x[k];
            }
            else
            {
                y[(i * length) + k] = x[k];
            }
        }
    }

    /// <summary>Sums, one of which is stored at each turn if asked for; both are read behind the loop, and so is the last turn.</summary>
    private static void RunningSums(Index1D i, ArrayView<float> x, ArrayView<float> steps, ArrayView<float> y, int length, int keeps)
    {
        float sum = 0, weighted = 0;
        int k = 0;
        for (; k < length; k++)
        {
            sum += x[k];
            if (keeps > 3)
            {
                steps[(i * length) + k] = sum;
            }
            else
            {
                weighted += steps[(i * length) + k] * x[k];
            }
            if (sum > 1000)
            {
                break;
            }
        }

        y[i] = sum + weighted + k;
    }

    /// <summary>Numbers that travel around the group, one way or the other.</summary>
    private static void Rotations(ArrayView<int> x, int turns, int backwards)
    {
        var shared = SharedMemory.Allocate<int>(Warp);
        int own = Group.IdxX;
        int value = x[(Grid.IdxX * Warp) + own];
        for (int k = 0; k < turns; k++)
        {
            shared[own] = value;
            Group.Barrier();
            if (backwards != 0)
            {
                value = shared[(own + Warp - 1) % Warp];
            }
            else
            {
                value = shared[(own + 1) % Warp];
            }
            Group.Barrier();
        }

        x[(Grid.IdxX * Warp) + own] = value;
    }

    /// <summary>A loop around a loop: what the outer one is split for, the inner one does not ask.</summary>
    private static void PutPlanes(Index1D i, ArrayView<float> x, ArrayView<float> y, int planes, int length, int adds)
    {
        for (int plane = 0; plane < planes; plane++)
        {
            for (int k = 0; k < length; k++)
            {
                int at = (((plane * Rows) + i) * length) + k;
                if (adds != 0)
                {
                    y[at] += x[k];
                }
                else
                {
                    y[at] = x[k];
                }
            }
        }
    }

    /// <summary>Ten questions: a loop for each set of answers would be a thousand.</summary>
    private static void ManyFlags(Index1D i, ArrayView<float> y, int length, int flags)
    {
        for (int k = 0; k < length; k++)
        {
            int at = (i * length) + k;
            if ((flags & 1) != 0)
            {
                y[at] += 1;
            }
            if ((flags & 2) != 0)
            {
                y[at] *= 3;
            }
            if ((flags & 4) != 0)
            {
                y[at] += 5;
            }
            if ((flags & 8) != 0)
            {
                y[at] *= 7;
            }
            if ((flags & 16) != 0)
            {
                y[at] += 9;
            }
            if ((flags & 32) != 0)
            {
                y[at] *= 11;
            }
            if ((flags & 64) != 0)
            {
                y[at] += 13;
            }
            if ((flags & 128) != 0)
            {
                y[at] *= 15;
            }
            if ((flags & 256) != 0)
            {
                y[at] += 17;
            }
            if ((flags & 512) != 0)
            {
                y[at] *= 19;
            }
        }
    }

    /// <summary>A loop with more inside than is worth writing twice.</summary>
    private static void LongTurns(Index1D i, ArrayView<float> x, ArrayView<float> y, int length, int adds)
    {
        const int Each = 64;
        for (int k = 0; k < length; k++)
        {
            for (int e = 0; e < Each; e++)
            {
                y[(((i * length) + k) * Each) + e] = x[k] * e;
            }
            if (adds != 0)
            {
                y[((i * length) + k) * Each] += 1;
            }
        }
    }

    [Test]
    public void WhatALaunchDecidesIsNotAskedInTheLoop()
    {
        foreach (Delegate kernel in new Delegate[] { PutRows, RunningSums, Rotations, PutPlanes })
        {
            string name = kernel.Method.Name;
            Assert.That(AskedInLoops(Unoptimised(kernel)), Is.Positive, name);
            Assert.That(AskedInLoops(Promised(kernel).Function), Is.Zero, name);
        }
    }

    [Test]
    public void WhatAThreadDecidesStaysInTheLoop() => Assert.That(AskedInLoops(Promised(PutEvenRows).Function), Is.Positive);

    [Test]
    public void LongLoopsStayWhole()
    {
        KernelFunction function = Promised(LongTurns).Function;
        Assert.That(new ControlFlow(function).Loops, Has.Count.EqualTo(1));
        Assert.That(function.Instructions.Count(), Is.GreaterThan(LoopUnswitching.LargestLoop));
        Assert.That(AskedInLoops(function), Is.EqualTo(1));
    }

    /// <summary>Several flags are split for, not all.</summary>
    [Test]
    public void CodeGrowsByALimitedAmount()
    {
        const int Preheaders = 16;
        var stages = Stages(ManyFlags, Compiling.Sm80);
        int at = stages.FindIndex(stage => stage.Name.EndsWith("-unswitch", StringComparison.Ordinal));
        int growth = Instructions(stages[at].Text) - Instructions(stages[at - 1].Text);
        Assert.That(growth, Is.InRange(1, LoopUnswitching.MostGrowth + Preheaders));
        Assert.That(AskedInLoops(Promised(ManyFlags).Function), Is.Positive);

        static int Instructions(string ir) => ir.Split('\n').Count(line => line.StartsWith("  ", StringComparison.Ordinal));
    }

    [Test]
    public void OpenCLsCompilersDoItThemselves() =>
        Assert.That(
            Stages(PutRows, Compiling.OpenCL).Select(stage => stage.Name),
            Has.None.EndsWith("-unswitch").And.Some.EndsWith("-if-conversion"));

    [Test]
    public void RowsAreThoseOfDotNet([Values(0, 1, 2, Length)] int length, [Values(0, 1, -5)] int adds)
    {
        float[] x = [.. Enumerable.Range(0, Length).Select(k => 0.5f + k)];
        float[] actual = [.. Enumerable.Range(0, Rows * Length).Select(k => k * 0.25f)], expected = [.. actual];
        for (int i = 0; i < Rows; i++)
        {
            PutRows(i, x.AsArrayView(), expected.AsArrayView(), length, adds);
        }
        Run(PutRows, [x, actual, length, adds]);
        Assert.That(actual, Is.EqualTo(expected));

        float[] even = [.. Enumerable.Range(0, Rows * Length).Select(k => k * 0.25f)], expectedEven = [.. even];
        for (int i = 0; i < Rows; i++)
        {
            PutEvenRows(i, x.AsArrayView(), expectedEven.AsArrayView(), length, divisor: 2);
        }
        Run(PutEvenRows, [x, even, length, 2]);
        Assert.That(even, Is.EqualTo(expectedEven));
    }

    [Test]
    public void PlanesAreThoseOfDotNet([Values(0, 1, 3)] int planes, [Values(0, 1)] int adds)
    {
        float[] x = [.. Enumerable.Range(0, Length).Select(k => 0.5f + k)];
        float[] actual = [.. Enumerable.Range(0, 3 * Rows * Length).Select(k => k * 0.25f)], expected = [.. actual];
        for (int i = 0; i < Rows; i++)
        {
            PutPlanes(i, x.AsArrayView(), expected.AsArrayView(), planes, Length, adds);
        }
        Run(PutPlanes, [x, actual, planes, Length, adds]);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void WhatIsReadBehindTheLoopIsThatOfDotNet([Values(0, 1, Length)] int length, [Values(3, 4)] int keeps, [Values] bool leaves)
    {
        float[] x = [.. Enumerable.Range(0, Length).Select(k => leaves && k == 2 ? 2000f : 0.5f + k)];
        float[] steps = [.. Enumerable.Range(0, Rows * Length).Select(k => k * 0.5f)], expectedSteps = [.. steps];
        float[] actual = new float[Rows], expected = new float[Rows];
        for (int i = 0; i < Rows; i++)
        {
            RunningSums(i, x.AsArrayView(), expectedSteps.AsArrayView(), expected.AsArrayView(), length, keeps);
        }
        Run(RunningSums, [x, steps, actual, length, keeps]);
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(steps, Is.EqualTo(expectedSteps));
    }

    [Test]
    public void ThreadsOfAGroupMeetInEitherCopy([Values(0, 1, 5)] int turns, [Values(0, 1)] int backwards)
    {
        const int Groups = 2;
        int[] actual = [.. Enumerable.Range(100, Groups * Warp)];
        int[] expected = [.. from g in Enumerable.Range(0, Groups)
                             from i in Enumerable.Range(0, Warp)
                             select 100 + (g * Warp) + ((i + (backwards != 0 ? Warp - turns : turns)) % Warp)];
        PtxRunner.Run(Promised(Rotations), (Groups, 1), Warp, [actual, turns, backwards]);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void FlagsAreAnsweredAsDotNetAnswersThem()
    {
        const int Answers = 1024, Step = 33;
        for (int flags = 0; flags < Answers; flags += Step)
        {
            float[] actual = [.. Enumerable.Range(0, Rows * 2).Select(k => 1f + k)], expected = [.. actual];
            for (int i = 0; i < Rows; i++)
            {
                ManyFlags(i, expected.AsArrayView(), 2, flags);
            }
            Run(ManyFlags, [actual, 2, flags]);
            Assert.That(actual, Is.EqualTo(expected), $"{flags}");
        }
    }

    private static void Run(Delegate kernel, object[] arguments) => PtxRunner.Run(Promised(kernel), (1, 1), Warp, arguments, Rows);

    private static KernelImage Promised(Delegate kernel) =>
        KernelCompiler.Compile(Compiling.Request(kernel, Compiling.Sm80).WithPromises());

    private static List<KernelStage> Stages(Delegate kernel, KernelTarget target)
    {
        var stages = new List<KernelStage>();
        var dump = new KernelDump(KernelDump.Passes, stages.Add);
        KernelCompiler.Compile(Compiling.Request(kernel, target).WithPromises() with { Dump = dump });
        return stages;
    }

    /// <summary>SSA, with what stays the same in a loop computed before it.</summary>
    private static KernelFunction Unoptimised(Delegate kernel)
    {
        KernelFunction function = Compiling.Compile(kernel, Compiling.Simulator).Function;
        LoopInvariants.Run(function);
        return function;
    }

    /// <summary>Branches in loops on what is known before the loop.</summary>
    private static int AskedInLoops(KernelFunction function)
    {
        var flow = new ControlFlow(function);
        return flow.Loops.Sum(loop =>
        {
            var blocks = loop.Body.Select(index => flow.Order[index]).ToList();
            var inside = blocks.SelectMany(block => block.Instructions.Concat<Value>(block.Parameters)).ToHashSet();
            return blocks.Count(
                block => block.Terminator is { Kind: TerminatorKind.Conditional, Condition: { } condition } && !inside.Contains(condition));
        });
    }
}
