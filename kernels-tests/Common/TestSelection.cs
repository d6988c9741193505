using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Takes out of the assembly what an environment variable leaves to other runs. No filter can do that: VSTest's has no arithmetic, and a
/// test that skips itself is reported as skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestSelectionAttribute : NUnitAttribute, IApplyToTest
{
    private const uint Shards = 8;

    /// <summary><c>3/8</c>: of the exhaustive tests those whose name's hash, modulo 8, is 3.</summary>
    private const string ShardVariable = "ILGPUGAN_SHARD";

    /// <summary><c>1</c>: of the fast tests, too.</summary>
    private const string FastToo = "ILGPUGAN_SHARD_FAST";

    /// <summary>A file of full names, one a line: these tests alone.</summary>
    private const string OnlyVariable = "ILGPUGAN_ONLY";

    /// <summary>NUnit calls this when the tests of the assembly are all there.</summary>
    public void ApplyToTest(Test test)
    {
        if (Environment.GetEnvironmentVariable(ShardVariable) is { Length: > 0 } shard)
        {
            // What is no such number has been refused by the project file.
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

    /// <returns>whether anything is left of it</returns>
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

    /// <summary>FNV-1a: the same in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
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
