using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.EngineTests.Line;

/// <summary>Networks and codecs on one processor, one after the other.</summary>
public sealed class ProcessorTurnsTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_while = TimeSpan.FromMilliseconds(100);

    [Test]
    public async Task WhatComesWhileANetworkComputesIsCodedBeforeTheNextOne()
    {
        var turns = new ProcessorTurns(sharesProcessor: true);
        using var first = new Held();
        using var coding = new Held();
        var done = new List<string>();
        var compute = Task.Run(() =>
        {
            turns.Compute(first.Run);
            turns.Compute(() => done.Add("second"));
        });
        first.Begun();
        var pictures = Enumerable.Range(0, 2).Select(_ => turns.Code(
            () =>
            {
                coding.Run();
                lock (done)
                {
                    done.Add("picture");
                }

                return true;
            },
            CancellationToken.None)).ToList();
        Assert.That(coding.HasBegun(s_while), Is.False, "the network has the processor alone");
        first.End();
        coding.Begun();
        Assert.That(compute.Wait(s_while), Is.False, "and waits for what is being coded");
        coding.End();
        await Task.WhenAll(pictures).WaitAsync(s_soon);
        await compute.WaitAsync(s_soon);
        Assert.That(done, Is.EqualTo(new[] { "picture", "picture", "second" }));
    }

    /// <summary>However many pictures come, the network's turn does.</summary>
    [Test]
    public async Task WhoComesWhileANetworkWaitsComesAfterIt()
    {
        var turns = new ProcessorTurns(sharesProcessor: true);
        using var coding = new Held();
        using var network = new Held();
        var early = Task.Run(() => turns.Code(
            () =>
            {
                coding.Run();
                return 1;
            },
            CancellationToken.None));
        coding.Begun();
        var compute = Task.Run(() => turns.Compute(network.Run));
        Assert.That(network.HasBegun(s_while), Is.False);
        var late = turns.Code(() => 2, CancellationToken.None);
        Assert.That(late.Wait(s_while), Is.False);
        coding.End();
        network.Begun();
        Assert.That(late.IsCompleted, Is.False);
        network.End();
        Assert.That((await early.WaitAsync(s_soon), await late.WaitAsync(s_soon)), Is.EqualTo((1, 2)));
        await compute.WaitAsync(s_soon);
    }

    [Test]
    public void WithoutANetworkNobodyWaits()
    {
        var turns = new ProcessorTurns(sharesProcessor: true);
        Assert.That(turns.Code(() => 3, CancellationToken.None).IsCompletedSuccessfully);
        turns.Compute(() => { });
        Assert.That(turns.Code(() => 4, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Test]
    public void NobodyWaitsForWhatIsComputedElsewhere()
    {
        var turns = new ProcessorTurns(sharesProcessor: false);
        var coded = 0;
        turns.Compute(() => coded = turns.Code(() => 5, CancellationToken.None).Result);
        Assert.That(coded, Is.EqualTo(5));
    }

    /// <summary>A fault, of either kind, ends the turn; and who has gone away is not worked for.</summary>
    [Test]
    public async Task AFaultEndsATurn()
    {
        var turns = new ProcessorTurns(sharesProcessor: true);
        using var gone = new CancellationTokenSource();
        Assert.That(async () => await turns.Code<int>(() => throw new ArgumentException("bad"), gone.Token), Throws.ArgumentException);
        Task<int>? late = null;
        Assert.That(
            () => turns.Compute(() =>
            {
                late = turns.Code(() => 6, gone.Token);
                gone.Cancel();
                throw new ArgumentException("bad");
            }),
            Throws.ArgumentException);
        Assert.That(async () => await late!.WaitAsync(s_soon), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await turns.Code(() => 7, CancellationToken.None).WaitAsync(s_soon), Is.EqualTo(7));
    }

    /// <summary>Work that says when it begins, and ends when it is told.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _begun = new();
        private readonly ManualResetEventSlim _end = new();

        public void Run()
        {
            _begun.Set();
            Assert.That(_end.Wait(s_soon));
        }

        public void Begun() => Assert.That(_begun.Wait(s_soon));

        public bool HasBegun(TimeSpan within) => _begun.Wait(within);

        public void End() => _end.Set();

        public void Dispose()
        {
            _begun.Dispose();
            _end.Dispose();
        }
    }
}
