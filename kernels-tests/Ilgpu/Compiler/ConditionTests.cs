using ILGPU.IR;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Conditions turned over, against what they say of numbers.</summary>
public sealed class ConditionTests
{
    private static readonly int[] s_numbers = [int.MinValue, -2, -1, 0, 1, 2, int.MaxValue];

    [Test]
    public void TurnedOverTheySayTheOpposite([Values] Condition condition)
    {
        foreach (int a in s_numbers)
        {
            foreach (int b in s_numbers)
            {
                Assert.That(Holds(condition.Inverse(), a, b), Is.Not.EqualTo(Holds(condition, a, b)), $"{condition} of {a} and {b}");
                Assert.That(Holds(condition.Swapped(), b, a), Is.EqualTo(Holds(condition, a, b)), $"{condition} of {b} and {a}");
            }
        }

        static bool Holds(Condition condition, int a, int b) => condition switch
        {
            Condition.Eq => a == b,
            Condition.Ne => a != b,
            Condition.Lt => a < b,
            Condition.Le => a <= b,
            Condition.Gt => a > b,
            Condition.Ge => a >= b,
            Condition.LtUn => (uint)a < (uint)b,
            Condition.LeUn => (uint)a <= (uint)b,
            Condition.GtUn => (uint)a > (uint)b,
            _ => (uint)a >= (uint)b,
        };
    }
}
