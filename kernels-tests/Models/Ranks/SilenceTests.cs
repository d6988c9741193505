using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Who is given up: one that is silent soon, one that only waits later, one that works never.</summary>
public sealed class SilenceTests
{
    [Test]
    public void OneWhoIsSilentIsGivenUpAfterTheTime()
    {
        Assert.That(After(LifeSigns.InTime - 1, LifeSign.None).IsOver, Is.False);
        Assert.That(After(LifeSigns.InTime, LifeSign.None).IsOver, Is.True);
    }

    [Test]
    public void OneWhoWaitsIsGivenUpAfterLongerTime()
    {
        var almost = After((LifeSigns.InTime * Silence.Circle) - 1, LifeSign.Waits);
        Assert.That((almost.IsOver, almost.IsCircle), Is.EqualTo((false, false)));
        almost.Add(LifeSign.Waits);
        Assert.That((almost.IsOver, almost.IsCircle), Is.EqualTo((false, true)));
    }

    [Test]
    public void WorkForgetsAllThatWasCounted()
    {
        var silence = After(LifeSigns.InTime - 1, LifeSign.None);
        silence.Add(LifeSign.Works);
        silence.Add(LifeSign.None);
        Assert.That((silence.IsOver, silence.IsCircle), Is.EqualTo((false, false)));
        Assert.That(After(1000, LifeSign.Works).IsCircle, Is.False);
    }

    private static Silence After(int looks, LifeSign sign)
    {
        var silence = default(Silence);
        for (var i = 0; i < looks; i++)
        {
            silence.Add(sign);
        }

        return silence;
    }
}
