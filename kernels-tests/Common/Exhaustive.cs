using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Marks tests that a plain <c>dotnet test</c> omits: slow tests that repeat the fast suite's checks on more devices, shapes or
/// seeds. <c>kernels-tests/README.md</c> says how to run them.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ExhaustiveAttribute() : CategoryAttribute(Exhaustive.Category);

/// <summary>The same for fixtures and cases from a source.</summary>
internal static class Exhaustive
{
    /// <summary>The category that the filters in Tests.targets use.</summary>
    public const string Category = "Exhaustive";

    /// <summary>Whether a test or one of its parents is marked. To ask for a property that is not there would add it.</summary>
    public static bool Is(ITest? test) => test is not null && (Is(test.Parent)
        || (test.Properties.ContainsKey(PropertyNames.Category) && test.Properties[PropertyNames.Category].Contains(Category)));

    public static TestFixtureData Mark(TestFixtureData fixture)
    {
        fixture.Properties.Add(PropertyNames.Category, Category);
        return fixture;
    }
}
