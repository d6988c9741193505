using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Distilling;

/// <summary>Trains a variant to its end: creates its run, or resumes that of an earlier call.</summary>
/// <param name="device">the device to train on</param>
/// <param name="say">called with a sentence before the training</param>
/// <param name="train">trains a run to its end</param>
internal sealed class VariantTraining(Device device, Action<string>? say, Func<TrainingRun, CancellationToken, TrainingOutcome> train)
{
    private const string WayOn = "choose another --out, or delete that folder";

    /// <param name="name">name of the variant, for messages</param>
    /// <param name="folder">folder of the run</param>
    /// <param name="options">options of the run, including its number of steps</param>
    /// <returns>false if the training was cancelled</returns>
    /// <exception cref="OptionsException">the run in the folder was started with other options, or has more steps</exception>
    public bool Finish(string name, string folder, TrainingOptions options, CancellationToken cancellation)
    {
        using var run = Opened(folder, options);
        if (run.HasOtherData)
        {
            throw new RunException($"{folder}: was trained on other pictures than {options.Data} holds now; {WayOn}");
        }

        if (run.HasOtherTeacher)
        {
            throw new RunException($"{folder}: is a student of another teacher, or of the same before it was trained further; {WayOn}");
        }

        if (run.Step == options.Steps)
        {
            return true;
        }

        say?.Invoke($"Training {name}: {options.Steps - run.Step} of {options.Steps} steps");
        return train(run, cancellation) == TrainingOutcome.Finished;
    }

    private TrainingRun Opened(string folder, TrainingOptions options)
    {
        if (!new RunDirectory(folder).Exists)
        {
            return TrainingRun.Create(folder, options, device: device);
        }

        try
        {
            return TrainingRun.Resume(folder, _ => options, device: device, changedData: true);
        }
        catch (OptionsException e)
        {
            throw new OptionsException($"{folder}: holds a run that is not gone on with: {e.Message.Replace(folder + ": ", "")}; {WayOn}");
        }
    }
}
