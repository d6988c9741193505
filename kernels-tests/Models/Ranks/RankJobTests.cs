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

    /// <summary>Each of them would write the same files.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE")]
    [TestCase("PMI_SIZE")]
    [TestCase("SLURM_STEP_NUM_TASKS")]
    public void WhatCanNotBeSharedIsRefusedToEveryStarter(string variable) => Fails.Saying<RankFailedException>(
        () => RankJob.RequireAlone("data split", name => name == variable ? "4" : null),
        $"data split can't be shared, but 4 processes were started together ({variable} says so); start it once");

    /// <summary>Alone by mpirun, also within a job of Slurm's, or without a starter.</summary>
    [TestCase("OMPI_COMM_WORLD_SIZE")]
    [TestCase("PATH")]
    [TestCase("PMI_SIZE")]
    public void AProcessAloneMayDoWhatCanNotBeShared(string variable) => Assert.That(
        () => RankJob.RequireAlone(
            "data split",
            name => name == variable ? "1" : name == "SLURM_STEP_NUM_TASKS" && variable == "OMPI_COMM_WORLD_SIZE" ? "4" : null),
        Throws.Nothing);

    /// <summary>Open MPI's mpirun within a job of Slurm's.</summary>
    [Test]
    public void WhatMpirunHasStartedIsNotRefused() => Assert.That(
        () => RankJob.RefuseOthers(name => name is "SLURM_STEP_NUM_TASKS" or "OMPI_COMM_WORLD_SIZE" ? "4" : null), Throws.Nothing);
}
