using System.Diagnostics;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The loop of a run: batch, step, and what is due after a step. Whatever ends it between two steps saves first. It disposes what it opens,
/// the log and the report; what it is given is the <see cref="TrainingRun"/>'s.
/// </summary>
/// <param name="directory">the run's folder</param>
/// <param name="batches">the batches of the steps</param>
/// <param name="steps">takes the steps</param>
/// <param name="writer">writes the run's files</param>
/// <param name="data">whose held-out samples are the sample pictures</param>
/// <param name="earlyStopping">null if nothing is evaluated</param>
/// <param name="team">the processes that train together; null if this one trains alone</param>
internal sealed class TrainingLoop(
    RunDirectory directory, RunBatches batches, RunSteps steps, RunWriter writer, RunData data, EarlyStopping? earlyStopping, Team? team)
{
    /// <summary>Fewest seconds between checkpoints at the ends of epochs: epochs may be short and networks large.</summary>
    private const double SaveIntervalSeconds = 60;

    private readonly TrainingOptions _options = steps.Model.Options;

    /// <summary>Steps taken before this program's first.</summary>
    private long _first;

    /// <summary>Whether early stopping ends the run.</summary>
    private bool IsOver => earlyStopping is not null && earlyStopping.IsOver(steps.Position.Best);

    /// <summary>Trains as the process that writes the files.</summary>
    public TrainingOutcome Lead(ITrainingObserver? observer, CancellationToken cancellation)
    {
        using var stopRequest = new StopRequest(directory);
        using var log = writer.Writing(() => RunLog.Open(directory.Log, steps.Taken));
        using var told = new ReportedProgress(directory, steps.Model, data, steps.Taken, steps.Total, observer);
        var samples = new SamplePictures(steps.Model, data.HeldOut, directory, steps.Taken);
        var isStopping = () => cancellation.IsCancellationRequested || stopRequest.IsPresent();
        _first = steps.Taken;
        steps.Tell(log, told);
        TrainingOutcome outcome;
        try
        {
            if (_first == 0)
            {
                using var heartbeats = team?.SendHeartbeats();
                Show(samples, told); // What training begins with; before the clock starts.
            }

            steps.Begin();
            steps.LogLate();
            if (steps.Position.Due != DueWork.None)
            {
                AfterStep(samples, told, isStopping, isLate: true); // Of a step after which something failed or a stop came.
            }

            while (batches.MoveOn(steps, () => !IsOver && !isStopping(), () => SaveWhatIsWhole()))
            {
                steps.Take(batches.Current);
                AfterStep(samples, told, isStopping);
            }

            outcome = steps.Taken >= steps.Total && steps.Position.Due == DueWork.None ? TrainingOutcome.Finished
                : IsOver ? TrainingOutcome.StoppedEarly
                : TrainingOutcome.Interrupted;
            team?.OutcomeOfLeader(outcome);
            steps.ReadLosses();
            if (IsOver)
            {
                steps.LogLast(); // The options did not define this step as the last.
            }

            writer.Finish();
            if (!writer.HasSaved(steps.Taken))
            {
                steps.Save(steps.Position.Due);
            }

            writer.Settle();
            if (steps.Taken > _first)
            {
                ShowAtStop(samples, told);
            }
        }
        catch (NonFiniteLossException)
        {
            told.WritePage(finished: false); // Users look at the report, so it names the loss and the step.
            throw;
        }
        catch (PictureException e)
        {
            var isSaved = SaveWhatIsWhole(e.File);
            told.WritePage(finished: false);
            throw Ended(e, isSaved);
        }
        catch (Exception e)
        {
            var cause = writer.CauseOf(e);
            if (cause is not null && steps.Position.Due == DueWork.None)
            {
                steps.Position = steps.Position with { Due = DueWork.Checkpoints }; // Those of the last step may be what can't be written.
            }

            // The observer may be what fails, so it is told nothing more. A log that can't be written would keep all else from being saved.
            steps.Tell(cause is null ? log : null, observer: null);
            SaveWhatIsWhole();
            told.WritePage(finished: false);
            if (cause is not null)
            {
                throw writer.Unwritten(cause); // With the checkpoint that there is now.
            }

            throw;
        }
        finally
        {
            batches.Stop();
            writer.Drain(); // Before another program may take the run over.
            steps.Tell(log: null, observer: null); // Both end here.
        }

        told.WritePage(finished: outcome != TrainingOutcome.Interrupted);
        return outcome;
    }

    /// <summary>The loop of all ranks but 0: computes their share of each step and writes no files.</summary>
    public TrainingOutcome Follow(CancellationToken cancellation)
    {
        steps.Begin();
        try
        {
            while (batches.MoveOn(steps, () => !cancellation.IsCancellationRequested, () => true))
            {
                steps.Take(batches.Current);
                steps.ReadLosses();
                steps.EndEpoch();
            }
        }
        catch (PictureException e)
        {
            throw Ended(e, batches.IsSavedTogether);
        }
        finally
        {
            batches.Stop();
        }

        return team!.OutcomeOfLeader();
    }

    /// <summary>
    /// Writes what is due after a step: sample pictures, an evaluation, checkpoints. If the training is to stop, they stay due, so that the
    /// step is saved at once.
    /// </summary>
    /// <param name="samples">sample pictures</param>
    /// <param name="observer">is told of them</param>
    /// <param name="isStopping">whether the training is to stop</param>
    /// <param name="isLate">whether an earlier training has left it due; what was done before that is not done again</param>
    private void AfterStep(SamplePictures samples, ITrainingObserver observer, Func<bool> isStopping, bool isLate = false)
    {
        writer.Tell();
        var step = steps.Taken;
        var last = step == steps.Total;
        var epochEnds = step % steps.PerEpoch == 0;
        var shown = _options.SampleFreq > 0 && (step % _options.SampleFreq == 0 || last);
        var numbered = steps.EpochToNumber(_options);
        var saved = isLate || numbered is not null || last || (_options.SaveSteps > 0 && step % _options.SaveSteps == 0)
            || (epochEnds && writer.SinceSaved.TotalSeconds > SaveIntervalSeconds)
            || (_options.SaveMinutes > 0 && writer.SinceSaved.TotalMinutes >= _options.SaveMinutes);
        var evaluated = earlyStopping is not null && earlyStopping.IsDue(step, epochEnds, last);
        if (step == _first + 1 && !saved)
        {
            writer.Reserve();
        }

        var isAnyDue = epochEnds || shown || saved || evaluated;
        using var heartbeats = isAnyDue ? team?.SendHeartbeats() : null; // The other processes wait, however long it takes.
        if (isAnyDue)
        {
            steps.ReadLosses(); // The checkpoint's statistics include the losses of this step.
        }

        var since = Stopwatch.GetTimestamp();
        steps.EndEpoch();
        var isAllDue = steps.Position.Due == DueWork.All;
        if (isAllDue && (shown || evaluated) && isStopping())
        {
            return;
        }

        if (shown)
        {
            Show(samples, observer);
        }

        if (isAllDue && evaluated && !Evaluate(observer, isStopping))
        {
            return;
        }

        var isBest = evaluated && steps.Position.Best?.Step == step;
        if (saved || isBest)
        {
            steps.Save();
        }

        if (isBest)
        {
            writer.CopyLatest(directory.Best);
        }

        if (numbered is { } epoch)
        {
            writer.CopyToNumber(epoch, step);
        }

        steps.Position = steps.Position with { Due = DueWork.None };
        steps.Skip(since);
    }

    /// <summary>Writes the sample pictures of the latest step, unless they are there.</summary>
    private void Show(SamplePictures samples, ITrainingObserver observer)
    {
        if (_options.SampleFreq > 0 && samples.LastStep != steps.Taken && steps.CanShow)
        {
            if (writer.IsRoomScarce && !writer.HasSaved(steps.Taken))
            {
                steps.Save(steps.Position.Due); // Before pictures take the room that it needs.
            }

            var (caption, files) = writer.Writing(() => samples.Write(steps.Taken));
            observer.Sampled(steps.Taken, caption, files);
        }
    }

    /// <summary>The same where the training ends: all is saved, so samples that can't be made are no failure.</summary>
    private void ShowAtStop(SamplePictures samples, ITrainingObserver observer)
    {
        try
        {
            Show(samples, observer);
        }
        catch (Exception e) when (e is PictureException or RunException)
        {
            observer.Warned($"{directory.Path}: has no sample pictures of step {steps.Taken}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Evaluates the model on the held-out pictures.</summary>
    /// <returns>false if the training is to stop before that is done</returns>
    private bool Evaluate(ITrainingObserver observer, Func<bool> isStopping)
    {
        if (earlyStopping!.Evaluate(steps.Taken, steps.Position.Best, directory.Best, isStopping) is not { } evaluated)
        {
            return false;
        }

        var (value, best, lacksMemory) = evaluated;
        steps.Position = steps.Position with { Best = best, Due = DueWork.Checkpoints };
        if (lacksMemory)
        {
            observer.Warned(Invariant.Text(
                $"{earlyStopping.Metric.Name} is {value:0.####} on the held-out pictures after step {steps.Taken}, but memory is too ") +
                $"short to measure it of {directory.Best}, which therefore stays; if it is moved away, a new best one is kept");
        }
        else if (best is not null && double.IsFinite(value))
        {
            observer.Evaluated(steps.Taken, best.Metric, value, best);
        }
        else
        {
            observer.Warned(
                $"{earlyStopping.Metric.Name} is {value} on the held-out pictures after step {steps.Taken}, which is never the best");
        }

        return true;
    }

    /// <summary>Saves what a failure between two steps leaves whole, as an interruption does.</summary>
    /// <param name="damaged">the file over which the training ends; null if it was none</param>
    /// <returns>whether the latest checkpoint is of the last step</returns>
    private bool SaveWhatIsWhole(string? damaged = null)
    {
        using var heartbeats = team?.SendHeartbeats();
        try
        {
            if (steps.IsWhole)
            {
                steps.ReadLosses();
                steps.EndEpoch();
                if (IsOver)
                {
                    steps.LogLast();
                }
            }

            writer.Drain(); // What could not be written is tried once more.
            if (steps.IsWhole && (damaged is not null || !writer.HasSaved(steps.Taken)))
            {
                writer.MakeFolderAnew();
                if (damaged is not null)
                {
                    steps.Position = steps.Position with { Damaged = batches.LostWith(damaged) };
                }

                steps.Save(steps.Position.Due);
            }

            writer.Settle();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false; // What failed first is reported, with the checkpoint that there is.
        }

        return writer.SavedStep == steps.Taken;
    }

    /// <summary>The exception for a picture that ends the training; it says from where to resume.</summary>
    private PictureException Ended(PictureException cause, bool isSaved) => new(
        $"{cause.Message.TrimEnd('.')}. " + (isSaved
            ? $"Everything up to step {steps.Taken} is saved: mend the picture and resume with --resume {ShellWord.Of(directory.Path)}" +
                (batches.TakesMore || cause.File is null ? "." : ", or leave such pictures out with --on-damage skip.") +
                writer.WayTogether
            : writer.LastGood()), cause)
    {
        File = cause.File,
    };
}
