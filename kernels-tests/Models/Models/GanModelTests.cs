using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>What a family's update may not do, since a replay would not do it again: it is refused where it is seen, or found.</summary>
public sealed class GanModelTests : OnCpu
{
    [Test]
    public void AnUpdateIsRefusedWhatAReplayWouldNotRepeat()
    {
        Refused((_, batch) => batch.Epoch, "read them in Prepare");
        Refused((model, _) => model.AddLate(), "its constructor adds them all");

        void Refused(Func<Careless, Batch, object> does, string why)
        {
            using var model = new Careless(_device, does);
            Fails.With<InvalidOperationException>(() => ModelSteps.Take(model, steps: 1, side: 32), why);
        }
    }

    /// <summary>Of a number of C# nothing is seen, and replays would go on with what it was.</summary>
    [Test]
    public void ANumberThatChangesWithinAPhaseIsFoundByTheChecks()
    {
        var updates = 1;
        using var model = new Careless(_device, (_, _) => ++updates) { ReplayChecks = 1 };
        Fails.With<RecordingException>(() => ModelSteps.Take(model, steps: 2, side: 32), "was 2 when it was recorded");
    }

    /// <summary>A model whose update also does something else, and multiplies its loss by what comes of it, if that is a number.</summary>
    private sealed class Careless(Device device, Func<Careless, Batch, object> does)
        : GanModel(FamilyCatalog.Of(TinyRun.Pix2Pix), TinyRun.Pix2Pix, device)
    {
        public Tensor AddLate() => AddState("late", new Shape(1), 0);

        protected override void Update(string phase, Batch batch) =>
            Report("G", batch.A.L1Loss(batch.B) * (does(this, batch) as int? ?? 1));

        protected override IReadOnlyList<Tensor> Present(Batch batch) => throw new NotSupportedException();
    }
}
