using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Runs on the samples of a program's own.</summary>
public sealed class OwnSourcesTests() : InFolder(threads: 1)
{
    private const int Side = 32;

    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with { Steps = 6, SerialBatches = true, Threads = 1 };

    /// <summary>One that leaves pictures out shows held-out ones, too.</summary>
    [TestCase(DamagePolicy.Stop, DamagePolicy.Skip)]
    [TestCase(DamagePolicy.Skip, DamagePolicy.Stop)]
    public void RunsOnOneSetTreatDamageEachInItsOwnWay(DamagePolicy first, DamagePolicy second)
    {
        new SyntheticFacades(6, Side).WriteTo(In("data", "train"));
        var options = s_options with { Data = In("data") };
        var data = RunData.Open(options);
        var file = data.Train.Files[2];
        using var one = Created(first);
        using var other = Created(second);
        File.WriteAllText(file, "no picture");
        foreach (var run in new[] { one, other })
        {
            if (run.Options.OnDamage == DamagePolicy.Skip)
            {
                Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
                Assert.That(File.ReadAllText(run.Directory.Log), Does.Contain(Path.GetFileName(file)));
            }
            else
            {
                Fails.Starting<PictureException>(() => run.Train(), file, "Everything up to step 2 is saved");
            }
        }

        Fails.Starting<PictureException>(() => data.Train.InOrder().On(Device).Count(), file);

        TrainingRun Created(DamagePolicy policy) => TrainingRun.Create(
            In(policy.ToString()), options with { OnDamage = policy, SampleFreq = policy == DamagePolicy.Skip ? 2 : 0 }, data, Device);
    }
}
