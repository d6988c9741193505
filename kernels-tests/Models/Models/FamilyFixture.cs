namespace IlgpuGan.ModelsTests.Models;

/// <summary>Tests of a family's steps, on one thread of the processor, and of its commands.</summary>
public abstract class FamilyFixture() : CommandFixture(threads: 1)
{
    private readonly List<IDisposable> _made = [];

    [TearDown]
    public void DisposeModels()
    {
        IDisposable[] made = [.. _made];
        _made.Clear(); // Before a failure could leave them to the next test.
        Array.ForEach(made, m => m.Dispose());
    }

    /// <summary>A model and a batch of noise for its steps, which live as long as the test.</summary>
    /// <param name="noise">what the batch is made for; null for the model</param>
    protected (GanModel Model, Batch Batch) ModelAndNoise(TrainingOptions options, TrainingOptions? noise = null)
    {
        var model = GanModel.Create(options, Device);
        var batch = model.Family.Noise(noise ?? options, Device);
        _made.AddRange([batch, model]);
        return (model, batch);
    }
}
