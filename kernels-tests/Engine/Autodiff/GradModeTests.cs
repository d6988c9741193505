using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>Whether ops are recorded follows the code, not the thread.</summary>
internal sealed class GradModeTests
{
    [Test]
    public async Task TheModeGoesOnBehindAnAwaitAndLeavesTheCallerAlone()
    {
        var inside = await Task.Run(() =>
        {
            // A thread of the pool that waits: what comes after the delay runs on another one.
            var work = Evaluate();
            Assert.That(GradMode.IsEnabled, Is.True, "the caller, before the end");
            var result = work.GetAwaiter().GetResult();
            Assert.That(GradMode.IsEnabled, Is.True, "the caller, afterwards");
            return result;
        });
        Assert.That(inside, Is.EqualTo((false, true)));

        static async Task<(bool Inside, bool After)> Evaluate()
        {
            bool inside;
            using (GradMode.NoGrad())
            {
                await Task.Delay(5);
                inside = GradMode.IsEnabled;
            }

            return (inside, GradMode.IsEnabled);
        }
    }

    [Test]
    public void ScopesNest()
    {
        using (GradMode.NoGrad())
        {
            using (GradMode.NoGrad())
            {
                Assert.That(GradMode.IsEnabled, Is.False);
            }

            Assert.That(GradMode.IsEnabled, Is.False);
        }

        Assert.That(GradMode.IsEnabled, Is.True);
    }

    /// <summary>The queue's thread serves everybody: work has its caller's mode, and not that of whoever started the thread.</summary>
    [Test]
    public async Task QueuedWorkHasTheModeOfItsCaller()
    {
        using var device = Device.Open("cpu", threads: 1);
        Task<bool> first;
        using (GradMode.NoGrad())
        {
            first = device.WorkQueue.RunAsync(() => GradMode.IsEnabled);
        }

        Assert.That(await first, Is.False);
        Assert.That(await device.WorkQueue.RunAsync(() => GradMode.IsEnabled), Is.True);
    }
}
