using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Of a test that is of the fast suite although it takes longer than others may; the reason stands beside it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class MostSecondsAttribute(double seconds) : PropertyAttribute(Name, seconds)
{
    private const string Name = "MostSeconds";
    private const double Usual = 2;

    public static double Of(ITest? test) => test is null ? Usual : (double?)test.Properties.Get(Name) ?? Of(test.Parent);
}
