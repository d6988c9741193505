using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Which jobs a process takes itself to be in.</summary>
internal sealed class RankJobTests
{
    /// <summary>Each of them would train all of the run by itself.</summary>
    [TestCase("PMI_SIZE", "MPICH")]
    [TestCase("SLURM_STEP_NUM_TASKS", "srun")]
    public void JobsOfOtherStartersAreRefused(string variable, string starter) => Fails.With<RankFailedException>(
        () => RankJob.RefuseOthers(name => name == variable ? "4" : null),
        "4 processes were started together by", starter, "Open MPI's mpirun");

    /// <summary>Only such a process takes the ranks' way.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE", "1", true)]
    [TestCase("SLURM_STEP_NUM_TASKS", "2", true)]
    [TestCase("PMI_SIZE", "1", false)]
    [TestCase("PATH", "2", false)]
    public void AJobIsSeen(string variable, string text, bool isJob) =>
        Assert.That(RankJob.IsSaidBy(name => name == variable ? text : null), Is.EqualTo(isJob));

    /// <summary>A cluster starts single processes in the same way.</summary>
    [TestCase("PMI_SIZE", "1")]
    [TestCase("SLURM_STEP_NUM_TASKS", "1")]
    [TestCase("PMI_RANK", "0")]
    [TestCase("PMI_SIZE", "many")]
    public void AProcessAloneIsTaken(string variable, string text) =>
        Assert.That(() => RankJob.RefuseOthers(name => name == variable ? text : null), Throws.Nothing);

    /// <summary>Each of them would do all of it.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE")]
    [TestCase("PMI_SIZE")]
    [TestCase("SLURM_STEP_NUM_TASKS")]
    public void WhatCanNotBeSharedIsRefusedToEveryStarter(string variable) => Fails.Saying<RankFailedException>(
        () => RankJob.RequireAlone("train --estimate", name => name == variable ? "4" : null),
        $"train --estimate can't be shared, but 4 processes were started together ({variable} says so); start it once");

    /// <summary>Alone by mpirun, also within a job of Slurm's, or without a starter.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE")]
    [TestCase("PATH")]
    [TestCase("PMI_SIZE")]
    public void AProcessAloneMayDoWhatCanNotBeShared(string variable)
    {
        Assert.That(() => RankJob.RequireAlone("train --estimate", Alone), Throws.Nothing);
        Assert.That(RankJob.Unshared("report", Alone), Is.Null);

        string? Alone(string name) =>
            name == variable ? "1" : name == "SLURM_STEP_NUM_TASKS" && variable == "OMPI_COMM_WORLD_SIZE" ? "4" : null;
    }

    /// <summary>A sweep is no mistake; the first process says it, or each one that does not know which it is.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK")]
    [TestCase("PMI_SIZE", "PMI_RANK")]
    [TestCase("SLURM_STEP_NUM_TASKS", "SLURM_PROCID")]
    public void WorkThatIsNotSharedIsTold(string size, string rank)
    {
        Assert.That(Told("0"), Is.EqualTo("report is not shared: each of 4 processes does all of it"));
        Assert.That(Told(null), Is.EqualTo(Told("0")));
        Assert.That(Told("3"), Is.Null);

        string? Told(string? own) => RankJob.Unshared("report", name => name == size ? "4" : name == rank ? own : null);
    }

    /// <summary>Open MPI's mpirun within a job of Slurm's.</summary>
    [Test]
    public void WhatMpirunHasStartedIsNotRefused() => Assert.That(
        () => RankJob.RefuseOthers(name => name is "SLURM_STEP_NUM_TASKS" or "OMPI_COMM_WORLD_SIZE" ? "4" : null), Throws.Nothing);
}
