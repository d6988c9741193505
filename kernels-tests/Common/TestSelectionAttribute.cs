using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Removes tests from the assembly according to environment variables. A filter can't: VSTest filters have no arithmetic, and a test that
/// skips itself is reported as skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestSelectionAttribute : NUnitAttribute, IApplyToTest
{
    private const uint Shards = 8;

    /// <summary><c>3/8</c>: keeps the exhaustive tests with a name hash of 3 modulo 8.</summary>
    private const string ShardVariable = "ILGPUGAN_SHARD";

    /// <summary><c>1</c>: applies the shard to the fast tests, too.</summary>
    private const string FastToo = "ILGPUGAN_SHARD_FAST";

    /// <summary>A file of full names, one per line: keeps only these tests.</summary>
    private const string OnlyVariable = "ILGPUGAN_ONLY";

    /// <summary>NUnit calls this once all tests of the assembly are built.</summary>
    public void ApplyToTest(Test test)
    {
        if (Environment.GetEnvironmentVariable(ShardVariable) is { Length: > 0 } shard)
        {
            // Tests.targets has already validated the value.
            var number = uint.Parse(shard[..shard.IndexOf('/')], CultureInfo.InvariantCulture);
            var takesAll = Environment.GetEnvironmentVariable(FastToo) == "1";
            Prune(test, t => (!takesAll && !Exhaustive.Is(t)) || Hash(t.FullName) % Shards == number);
        }

        if (Environment.GetEnvironmentVariable(OnlyVariable) is { Length: > 0 } file)
        {
            var names = File.ReadLines(file).ToHashSet(StringComparer.Ordinal);
            Prune(test, t => names.Contains(t.FullName));
        }
    }

    /// <returns>Whether any test is left.</returns>
    private static bool Prune(ITest test, Func<ITest, bool> keeps)
    {
        if (!test.IsSuite)
        {
            return keeps(test);
        }

        for (var i = test.Tests.Count - 1; i >= 0; i--)
        {
            if (!Prune(test.Tests[i], keeps))
            {
                test.Tests.RemoveAt(i);
            }
        }

        return test.Tests.Count > 0;
    }

    /// <summary>FNV-1a: the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static uint Hash(string name)
    {
        var hash = 2166136261;
        foreach (var c in name)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash;
    }
}
