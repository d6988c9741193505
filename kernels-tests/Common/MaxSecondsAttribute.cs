using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Raises the time limit of a test in the fast suite; a comment gives the reason.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class MaxSecondsAttribute(double seconds) : PropertyAttribute(Name, seconds)
{
    private const string Name = "MaxSeconds";
    private const double Default = 2;

    public static double Of(ITest? test) => test is null ? Default : (double?)test.Properties.Get(Name) ?? Of(test.Parent);
}
