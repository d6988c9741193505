using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Marks what a plain <c>dotnet test</c> leaves out: what takes long, and repeats on more devices, shapes or random programs what the fast
/// suite proves on some. README.md says how it is run.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ExhaustiveAttribute() : CategoryAttribute(Exhaustive.Category);

/// <summary>The same for fixtures and cases that a source makes.</summary>
internal static class Exhaustive
{
    /// <summary>Known to the filters in Tests.targets.</summary>
    public const string Category = "Exhaustive";

    /// <summary>Whether a test or what it is in is so marked.</summary>
    public static bool Is(ITest? test) =>
        test is not null && (test.Properties[PropertyNames.Category].Contains(Category) || Is(test.Parent));

    public static TestFixtureData Mark(TestFixtureData fixture)
    {
        fixture.Properties.Add(PropertyNames.Category, Category);
        return fixture;
    }
}
