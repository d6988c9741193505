using ILGPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every shape of control flow that C# compiles to.</summary>
public sealed class ControlFlowTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_inputs = [.. Enumerable.Range(-20, 100)];

    private static void ForLoop(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int sum = 0;
        for (int k = 0; k < (a[i] & 15); k++)
        {
            sum += k * k;
        }
        result[i] = sum;
    }

    private static void WhileLoop(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int n = Math.Abs(a[i]) + 1;
        int steps = 0;
        while (n != 1)
        {
            n = n % 2 == 0 ? n / 2 : 3 * n + 1;
            steps++;
        }

        result[i] = steps;
    }

    private static void DoLoop(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int n = Math.Abs(a[i]);
        int digits = 0;
        do
        {
            digits++;
            n /= 10;
        }
        while (n > 0);

        result[i] = digits;
    }

    private static void NestedLoops(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int sum = 0;
        for (int x = 0; x < (a[i] & 7); x++)
        {
            for (int y = x; y < 6; y++)
            {
                for (int z = 0; z <= y; z += 2)
                {
                    sum += x * 100 + y * 10 + z;
                }
            }
        }

        result[i] = sum;
    }

    private static void BreakAndContinue(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int sum = 0;
        for (int x = 0; x < 50; x++)
        {
            if (x % 3 == 0)
            {
                continue;
            }
            if (x * x > a[i] * 10)
            {
                break;
            }
            for (int y = 0; ; y++)
            {
                if (y == x)
                {
                    break;
                }
                if ((y & 1) == 0)
                {
                    continue;
                }
                sum += y;
            }
        }

        result[i] = sum;
    }

    private static void EarlyReturn(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        if (a[i] < 0)
        {
            return;
        }
        result[i] = 1;
        for (int k = 0; k < 10; k++)
        {
            if (k == a[i])
            {
                result[i] = 100 + k;
                return;
            }
        }

        result[i] = 2;
    }

    private static void DenseSwitch(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        switch (a[i])
        {
            case 0:
                result[i] = 10;
                break;
            case 1:
            case 2:
                result[i] = 20;
                break;
            case 3:
                result[i] = 30;
                goto case 5;
            case 4:
                result[i] = 40;
                break;
            case 5:
                result[i] += 50;
                break;
            default:
                result[i] = -1;
                break;
        }
    }

    private static void SparseSwitch(Index1D i, ArrayView<int> a, ArrayView<int> result) => result[i] = a[i] switch
    {
        -7 => 1,
        0 => 2,
        13 => 3,
        42 => 4,
        > 50 and < 60 => 5,
        >= 60 => 6,
        _ => 7,
    };

    private static void PatternSwitch(Index1D i, ArrayView<int> a, ArrayView<int> result) => result[i] = (a[i] % 3, a[i] > 0) switch
    {
        (0, true) => 1,
        (0, false) => 2,
        (1, _) => 3,
        (_, true) => 4,
        _ => 5,
    };

    private static void ShortCircuit(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int calls = 0;
        bool any = Touch(ref calls, a[i] > 3) || Touch(ref calls, a[i] < -3) || Touch(ref calls, a[i] == 0);
        bool all = Touch(ref calls, a[i] > 0) && Touch(ref calls, a[i] > 10) && Touch(ref calls, a[i] > 20);
        result[i] = calls * 4 + (any ? 2 : 0) + (all ? 1 : 0);
    }

    private static bool Touch(ref int calls, bool value)
    {
        calls++;
        return value;
    }

    private static void GotoLoop(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int n = 0;
        int value = a[i];
    again:
        n++;
        value = (value * 31 + 7) & 0xFF;
        if (value > 20 && n < 50)
        {
            goto again;
        }
        result[i] = n;
    }

    private static void ConditionalChains(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int x = a[i];
        int y = x > 10 ? x > 20 ? 1 : 2 : x < 0 ? x < -10 ? 3 : 4 : 5;
        int z = (x & 1) == 0 ? y : -y;
        result[i] = z + (x != 0 ? 100 / x : 0);
    }

    private static void SwappedVariables(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int x = a[i];
        int y = 1;
        int z = 2;
        for (int k = 0; k < 7; k++)
        {
            (x, y, z) = (y, z, x);
            if ((x & 1) == 0)
            {
                (y, z) = (z, y);
            }
        }

        result[i] = x * 10000 + y * 100 + z;
    }

    private static void LoopThatNeverRuns(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int value = a[i];
        for (int k = 0; k < 0; k++)
        {
            value = 0;
        }
        while (value > 1_000_000)
        {
            value--;
        }
        result[i] = value;
    }

    private static void LoopOverConstantArray(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int[] weights = [1, -2, 3, -4, 5];
        int sum = 0;
        foreach (int weight in weights)
        {
            sum = sum * 3 + weight * a[i];
        }
        result[i] = sum;
    }

    private static void UnsignedCountdown(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int sum = 0;
        for (uint k = (uint)(a[i] & 31); k-- > 0;)
        {
            sum = sum * 7 + (int)k;
        }
        result[i] = sum;
    }

    private static void LongCounter(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        long sum = 0;
        for (long k = a[i]; k < a[i] + 5L; k++)
        {
            sum += k * k;
        }
        result[i] = (int)sum;
    }

    private static void FloatLoop(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int steps = 0;
        for (float x = a[i]; x > 0.5f; x *= 0.5f)
        {
            steps++;
        }
        result[i] = steps;
    }

    [Test]
    public void ForLoops() => Check<int, int>(ForLoop, s_inputs);

    [Test]
    public void WhileLoops() => Check<int, int>(WhileLoop, s_inputs);

    [Test]
    public void DoLoops() => Check<int, int>(DoLoop, s_inputs);

    [Test]
    public void LoopsNest() => Check<int, int>(NestedLoops, s_inputs);

    [Test]
    public void LoopsBreakAndContinue() => Check<int, int>(BreakAndContinue, s_inputs);

    [Test]
    public void KernelsReturnEarly() => Check<int, int>(EarlyReturn, s_inputs);

    [Test]
    public void DenseSwitches() => Check<int, int>(DenseSwitch, s_inputs);

    [Test]
    public void SparseSwitches() => Check<int, int>(SparseSwitch, s_inputs);

    [Test]
    public void PatternSwitches() => Check<int, int>(PatternSwitch, s_inputs);

    [Test]
    public void LogicalOperatorsStopEarly() => Check<int, int>(ShortCircuit, s_inputs);

    [Test]
    public void GotosGoBack() => Check<int, int>(GotoLoop, s_inputs);

    [Test]
    public void ConditionalsChain() => Check<int, int>(ConditionalChains, s_inputs);

    [Test]
    public void VariablesSwapInParallel() => Check<int, int>(SwappedVariables, s_inputs);

    [Test]
    public void LoopsMayNeverRun() => Check<int, int>(LoopThatNeverRuns, s_inputs);

    [Test]
    public void ArraysAreIterated() => Check<int, int>(LoopOverConstantArray, s_inputs);

    [Test]
    public void UnsignedCountersCountDown() => Check<int, int>(UnsignedCountdown, s_inputs);

    [Test]
    public void LongCountersCount() => Check<int, int>(LongCounter, s_inputs);

    [Test]
    public void FloatsControlLoops() => Check<int, int>(FloatLoop, s_inputs);
}
