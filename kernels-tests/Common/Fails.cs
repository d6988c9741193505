namespace IlgpuGan.TestsCommon;

/// <summary>What fails does so by an exception that says why.</summary>
internal static class Fails
{
    public static void With<TException>(Action code, string reason)
        where TException : Exception => Assert.That(code, Throws.TypeOf<TException>().With.Message.Contains(reason));
}
