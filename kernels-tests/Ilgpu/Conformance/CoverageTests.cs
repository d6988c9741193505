using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>No public member of the API goes without a test that uses it, or a reason why it needs none.</summary>
public sealed class CoverageTests
{
    [Test]
    public void EveryPublicMemberIsUsedOrExempt()
    {
        var used = ApiMembers.Used();
        var missing = ApiMembers.Public().Where(member => !used.Contains(member) && Exemptions.ReasonFor(member) is null).ToList();
        Assert.That(missing, Is.Empty, () => $"{missing.Count} members are used by no test:\n{string.Join('\n', missing)}");
    }

    [Test]
    public void EveryExemptionIsNeeded()
    {
        var used = ApiMembers.Used();
        var unused = ApiMembers.Public().Where(member => !used.Contains(member)).ToList();
        Assert.That(
            Exemptions.Patterns.Where(pattern => !unused.Exists(member => Exemptions.Matches(pattern, member))), Is.Empty,
            "tests use these now, or they are gone");
    }
}
