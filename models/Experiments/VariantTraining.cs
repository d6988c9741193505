using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Experiments;

/// <summary>Brings a variant's run to its end: begins it, or goes on where an earlier call left it.</summary>
/// <param name="device">where to train</param>
/// <param name="say">told in a sentence what begins</param>
/// <param name="train">trains a run to its end</param>
internal sealed class VariantTraining(Device device, Action<string>? say, Func<TrainingRun, CancellationToken, TrainingOutcome> train)
{
    /// <param name="name">of the variant, for messages</param>
    /// <param name="folder">of the run</param>
    /// <param name="options">with the steps that it is to have</param>
    /// <param name="data">null for the data set that the options name</param>
    /// <returns>false if it was cancelled</returns>
    /// <exception cref="OptionsException">what lies in the folder was begun with others, or has gone further</exception>
    public bool Finish(string name, string folder, TrainingOptions options, RunData? data, CancellationToken cancellation)
    {
        using var run = new RunDirectory(folder).Exists
            ? TrainingRun.Resume(folder, _ => options, data, device)
            : TrainingRun.Create(folder, options, data, device);
        if (run.Step >= options.Steps)
        {
            return run.Step == options.Steps ? true
                : throw new OptionsException(
                    $"--steps is {options.Steps}, but {folder} has trained {run.Step} already: choose another --out");
        }

        say?.Invoke($"Training {name}: {options.Steps - run.Step} of {options.Steps} steps");
        return train(run, cancellation) == TrainingOutcome.Finished;
    }
}
